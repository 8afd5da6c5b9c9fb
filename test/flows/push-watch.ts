/** A push as those see it who did not start it: its operation, its events, its record and its rows, which must all agree. */
import { expect } from 'vitest';
import type { ItemCounts, PushSummary } from '../../shared/work-items.ts';
import { until } from '../support/until.ts';
import { project, readRun, type Frame, type PushKit, type PushRun, type TreeNode } from './push-kit.ts';

export interface Started {
  readonly operationId: string;
  readonly syncHistoryId: string;
}

export interface PushOf {
  readonly epics: readonly TreeNode[];
  readonly project?: string;
  /** Begins with `?`. */
  readonly query?: string;
  readonly body?: Record<string, unknown>;
}

const path = ({ project: name = project, query = '' }: Omit<PushOf, 'epics'>) =>
  `/api/azure-devops/projects/${encodeURIComponent(name)}/workitems${query}`;

/** To its end, in any project. */
export async function pushTo({ server }: PushKit, push: PushOf): Promise<PushRun> {
  return await readRun(await server.request('POST', path(push), { epics: push.epics, ...push.body }));
}

/** Answers as soon as it is accepted (PU14). */
export async function beginPush({ server }: PushKit, push: PushOf): Promise<Started> {
  const headers = { prefer: 'respond-async' };
  const answer = await server.request('POST', path(push), { epics: push.epics, ...push.body }, headers);
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { data: Started }).data;
}

export async function readOperation({ server }: PushKit, operationId: string) {
  return await server.json<{
    status: string;
    phase: string;
    message: string;
    counters: Record<string, number>;
  }>(`/api/cache/operations/${operationId}`);
}

/** Events of a push so far (EV26). */
export async function readEvents({ server }: PushKit, syncHistoryId: string): Promise<Frame[]> {
  const events: Frame[] = [];
  for (let after = ''; ;) {
    const answer = await server.request(
      'GET',
      `/api/sync-history/${syncHistoryId}/events?limit=1000&after=${after}`,
      undefined,
      { accept: 'application/json' },
    );
    const { data } = (await answer.json()) as {
      data: {
        events: (Omit<Frame, 'event'> & { type: string })[];
        next: string;
        hasMore: boolean;
      };
    };
    events.push(...data.events.map(({ id, type, data: of }) => ({ id, event: type, data: of })));
    if (!data.hasMore) return events;
    after = data.next;
  }
}

export const isEnd = ({ event }: Frame): boolean => event === 'sync:complete' || event === 'sync:error';

/** All events, once the last is there. */
export async function readEnded(kit: PushKit, syncHistoryId: string): Promise<Frame[]> {
  return await until(`the end of push ${syncHistoryId}`, async () => {
    const events = await readEvents(kit, syncHistoryId);
    return events.some(isEnd) && events;
  });
}

const groups = { epics: 'epics', features: 'features', userStories: 'user_stories' } as const;
const statuses = ['created', 'updated', 'unchanged', 'failed', 'skipped'] as const;
const typeOf = { epics: 'epic', features: 'feature', userStories: 'user_story' } as const;
const nounOf = { epics: 'epic', features: 'feature', userStories: 'userstory' } as const;

/** PU19: the counts add up, and are the same in the last event, the item events, the record, the rows and the operation. */
export async function expectOneTruth(kit: PushKit, id: string, frames: readonly Frame[]): Promise<void> {
  const summary = frames.at(-1)?.data.summary as PushSummary;
  const [record, rows] = await Promise.all([kit.history(id), kit.items(id)]);
  const operation = await readOperation(kit, String(record.operation_id));
  const sum = (counts: ItemCounts) => statuses.reduce((total, status) => total + counts[status], 0);

  expect(sum(summary)).toBe(summary.total);
  expect(record.total_items).toBe(summary.total);
  expect(frames[0]?.data.total).toBe(summary.total);
  expect(new Set(rows.map(({ ardoq_id }) => ardoq_id)).size).toBe(summary.total);
  for (const status of statuses) {
    const ofStatus = rows.filter((row) => row.status === status);
    expect([status, ofStatus.length]).toEqual([status, summary[status]]);
    expect([status, record[`items_${status}`]]).toEqual([status, summary[status]]);
    const counter = `items${status.charAt(0).toUpperCase()}${status.slice(1)}`;
    expect([counter, operation.counters[counter] ?? 0]).toEqual([counter, summary[status]]);
    for (const group of ['epics', 'features', 'userStories'] as const) {
      const told = frames.filter(({ event }) => event === `${nounOf[group]}:${status}`);
      const found = {
        events: told.length,
        rows: ofStatus.filter((row) => row.item_type === typeOf[group]).length,
        record: record[`${groups[group]}_${status}`],
      };
      const count = summary[group][status];
      expect({ group, status, ...found }).toEqual({
        group,
        status,
        events: count,
        rows: count,
        record: count,
      });
    }
  }
}
