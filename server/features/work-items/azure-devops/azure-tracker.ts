/** Azure DevOps behind the port of a push: one connection to one organisation. */
import type { Upstream } from '../../../platform/upstream/upstream.ts';
import type { Tracker } from '../tracker.ts';
import { createMany } from './batch.ts';
import { createAzureClient } from './client.ts';
import { deleteMany } from './deletion.ts';
import { create, probe, readItems, update } from './items.ts';
import { findByField, findByHyperlink, findCandidates } from './look-ups.ts';
import { findProject } from './projects.ts';
import { queryIds } from './query-ids.ts';
import { readTypes } from './types.ts';

export interface TrackerOptions {
  readonly upstream: Upstream;
  readonly organization: string;
}

export function createTracker(options: TrackerOptions): Tracker {
  const client = createAzureClient(options);
  return {
    organization: client.organization.toLowerCase(),
    findProject: (nameOrId, how) => findProject(client, nameOrId, how),
    readTypes: (project, how) => readTypes(client, project, how),
    readItems: (ids, how) => readItems(client, ids, how),
    listIds: (project, how) => queryIds(client, project, [], how),
    findCandidates: (project, candidate, how) => findCandidates(client, project, candidate, how),
    findByField: (project, field, value, how) => findByField(client, project, field, value, how),
    findByHyperlink: (project, urls, how) => findByHyperlink(client, project, urls, how),
    create: (project, item, how) => create(client, project, item, how),
    createMany: (project, items, how) => createMany(client, project, items, how),
    update: (id, patch, how) => update(client, id, patch, how),
    probe: (project, change, how) => probe(client, project, change, how),
    delete: (project, ids, mode, how) => deleteMany(client, project, ids, mode, how),
    workItemUrl: (id) => client.addressOf(`/_apis/wit/workItems/${id}`),
  };
}
