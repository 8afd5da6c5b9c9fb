/** All ids that a query finds, page after page (AZ7). */
import type { CallOptions, TargetProject } from '../tracker.ts';
import { query } from './calls.ts';
import type { AzureClient } from './client.ts';
import { toUnreadable } from './failures.ts';
import { toKeysetQuery } from './wiql.ts';
import { WireQueryResult } from './wire-query.ts';

/** Half of what the service can answer at all (VS402337). */
export const pageSize = 10_000;

export async function* queryIds(
  client: AzureClient,
  project: TargetProject,
  conditions: readonly string[],
  options?: CallOptions,
): AsyncGenerator<readonly number[]> {
  for (let last = 0; ;) {
    const call = query(project.id, toKeysetQuery(conditions, last), pageSize);
    const { workItems } = await client.read(call, WireQueryResult, options);
    const ids = workItems.map(({ id }) => id);
    const least = ids[0];
    if (least === undefined) return;
    if (least <= last) throw unordered(call, least);
    yield ids;
    if (ids.length < pageSize) return;
    last = ids.reduce((highest, id) => Math.max(highest, id), last);
  }
}

export async function collectIds(pages: AsyncIterable<readonly number[]>): Promise<readonly number[]> {
  const all: number[] = [];
  for await (const page of pages) for (const id of page) all.push(id);
  return all;
}

/** Else a service that ignores the keyset would be asked for ever. */
const unordered = (call: Parameters<typeof toUnreadable>[0], id: number) =>
  toUnreadable(
    call,
    { status: 200, headers: new Headers(), body: null, activityId: null },
    `id ${id} came twice`,
  );
