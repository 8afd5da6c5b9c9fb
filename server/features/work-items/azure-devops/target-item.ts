/** A work item as a push sees it, from what the service sent. */
import { z } from 'zod';
import type { TargetItem } from '../tracker.ts';
import type { AzureClient } from './client.ts';
import type { WireItem } from './wire-item.ts';

export function toTargetItem(
  client: AzureClient,
  { id, rev, fields, relations, _links }: WireItem,
): TargetItem {
  const projectName = toText(fields['System.TeamProject']);
  return {
    id,
    rev,
    type: toText(fields['System.WorkItemType']),
    projectName,
    fields,
    relations: (relations ?? []).map((link) => ({ ...link, attributes: link.attributes ?? {} })),
    htmlUrl: findPage(_links) ?? toPage(client, projectName, id),
    changedBy: toPerson(fields['System.ChangedBy']),
  };
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : '');

const Links = z.object({ html: z.object({ href: z.url({ protocol: /^https?$/ }) }) });

/** A page for people must be one: the address ends in links of our own pages (PU23). */
function findPage(links: WireItem['_links']): string | undefined {
  return Links.safeParse(links).data?.html.href;
}

function toPage(client: AzureClient, projectName: string, id: number): string {
  const project = projectName === '' ? '' : `/${encodeURIComponent(projectName)}`;
  return client.addressOf(`${project}/_workitems/edit/${id}`);
}

const Person = z.record(z.string(), z.unknown());

/** Older answers name a person by text alone. */
function toPerson(value: unknown): TargetItem['changedBy'] {
  if (typeof value === 'string') return { displayName: value };
  return Person.safeParse(value).data ?? null;
}
