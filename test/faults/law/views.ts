/** What two views show, each at the head it was read at. */
import type { OperationRecord } from '../../../shared/operations.ts';
import type { Project } from '../../../shared/views/project.ts';
import type { ViewSnapshot } from './history.ts';

interface Page {
  readonly items: readonly OperationRecord[];
  readonly nextCursor: string | null;
}

/** `newest`: no more operations than that; else all there are, which is one snapshot only while nothing moves. */
export async function readViews(url: string, { newest }: { newest: number | null }): Promise<ViewSnapshot[]> {
  const projects = await read<Project[]>(`${url}/api/v1/projects`);
  const views: ViewSnapshot[] = [{ head: projects.head, operations: null, projects: projects.value }];
  const operations: OperationRecord[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `limit=${newest ?? 200}&include=phases${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: Read<Page> = await read<Page>(`${url}/api/cache/operations?${query}`);
    operations.push(...page.value.items);
    cursor = newest === null ? page.value.nextCursor : null;
    if (cursor === null) views.push({ head: page.head, operations, projects: null });
  }
  return views;
}

interface Read<T> {
  readonly value: T;
  readonly head: number;
}

async function read<T>(address: string): Promise<Read<T>> {
  const response = await fetch(address, { signal: AbortSignal.timeout(15_000) });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const head = response.headers.get('sync-head') ?? '';
  return { value: (await response.json()) as T, head: Number(head.slice(head.lastIndexOf('-') + 1)) };
}
