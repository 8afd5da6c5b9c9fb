/** Whether an item exists already: by marker field, by link, by type and title (RC5). */
import type { CallOptions, TargetItem, TargetProject } from '../tracker.ts';
import { findArtifacts, mostIds } from './calls.ts';
import { chunksOf } from './chunks.ts';
import type { AzureClient } from './client.ts';
import { readField, readItems } from './items.ts';
import { collectIds, queryIds } from './query-ids.ts';
import { toDay, toField, toText } from './wiql.ts';
import { WireArtifacts } from './wire-query.ts';

export interface Candidate {
  readonly type: string;
  readonly title: string;
  readonly createdSince: Date;
}

/** Queries know days only: the time is compared afterwards. */
export async function findCandidates(
  client: AzureClient,
  project: TargetProject,
  { type, title, createdSince }: Candidate,
  options?: CallOptions,
): Promise<readonly number[]> {
  const conditions = [
    `[System.WorkItemType] = ${toText(type)}`,
    `[System.Title] = ${toText(title)}`,
    `[System.CreatedDate] >= ${toDay(createdSince)}`,
  ];
  const ids = await collectIds(queryIds(client, project, conditions, options));
  const created = await readField(client, ids, 'System.CreatedDate', options);
  return ids.filter((id) => created.has(id) && isSince(created.get(id), createdSince));
}

/** Queries ignore case; identity does not. */
export async function findByField(
  client: AzureClient,
  project: TargetProject,
  field: string,
  value: string,
  options?: CallOptions,
): Promise<readonly number[]> {
  const ids = await collectIds(queryIds(client, project, [`${toField(field)} = ${toText(value)}`], options));
  const values = await readField(client, ids, field, options);
  return ids.filter((id) => values.get(id) === value);
}

/** What the service finds is read, and counts only if it carries that very link. */
export async function findByHyperlink(
  client: AzureClient,
  project: TargetProject,
  urls: readonly string[],
  options?: CallOptions,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const found = new Map<string, readonly number[]>();
  for (const chunk of chunksOf([...new Set(urls)], mostIds)) {
    const { artifactUrisQueryResult: told } = await client.read(
      findArtifacts(project.id, chunk),
      WireArtifacts,
      options,
    );
    const claimed = new Map(chunk.map((url) => [url, (told[url] ?? []).map(({ id }) => id)]));
    const items = await readItems(client, [...claimed.values()].flat(), options);
    for (const [url, ids] of claimed) {
      const sure = [...new Set(ids)].filter((id) => carries(items.get(id), url));
      if (sure.length > 0) found.set(url, sure);
    }
  }
  return found;
}

const carries = (item: TargetItem | undefined, url: string): boolean =>
  item?.relations.some((link) => link.rel === 'Hyperlink' && toPlain(link.url) === toPlain(url)) === true;

/** An address may come back with other characters encoded than it was sent with. */
function toPlain(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}

/** The clock of the service may be behind ours; a candidate too many is told apart by its marker. */
const clockSlackMs = 10 * 60_000;

function isSince(value: unknown, since: Date): boolean {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) || at >= since.getTime() - clockSlackMs;
}
