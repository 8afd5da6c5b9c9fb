/** History over a database of its own: a push is told twice, to the journal and to history, as the program does it. */
import { Hono } from 'hono';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import type { PushBeginning, PushedItem, PushEnd } from '../../server/core/push-history.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { openHistory, type History } from '../../server/features/history/history.ts';
import { mountHistory } from '../../server/features/history/history-routes.ts';
import type { HistoryLimits } from '../../server/features/history/limits.ts';
import { createRowId } from '../../server/features/history/row-id.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import { createOperationId } from '../../server/core/operation-id.ts';
import type { EventDraft } from '../../shared/events/index.ts';
import type { OperationId } from '../../shared/ids.ts';
import type { ItemStatus, ItemType } from '../../shared/work-items.ts';
import { createTestDatabase } from '../support/database.ts';
import type { Answer } from './documents-kit.ts';

export interface LogLine {
  readonly level: 'error' | 'warn' | 'info';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface ItemTold {
  readonly ardoqId: string;
  readonly type?: ItemType;
  readonly status?: ItemStatus;
  readonly name?: string;
}

export interface HistoryKit extends AsyncDisposable {
  readonly database: Database;
  readonly journal: Journal;
  readonly history: History;
  readonly log: LogLine[];
  readonly clock: { time: number };
  /** As another process of the same program would see it. */
  openAnother(limits?: Partial<HistoryLimits>): Promise<History>;
  /** Accepts a push; answers its record's id. */
  begin(facts?: Partial<PushBeginning>): Promise<string>;
  /** `isHeard: false`: the journal has it, history was never told. */
  items(id: string, items: readonly ItemTold[], options?: { readonly isHeard?: boolean }): Promise<void>;
  end(id: string, end?: Partial<PushEnd>, options?: { readonly isHeard?: boolean }): Promise<void>;
  /** Everything told so far is written, or could not be. */
  flush(): Promise<void>;
  get(path: string): Promise<Answer>;
  run(statement: string): Promise<void>;
}

export async function openHistoryKit(limits: Partial<HistoryLimits> = {}): Promise<HistoryKit> {
  const test = await createTestDatabase();
  await migrateDatabase(test.url);
  const database = openDatabase(test.url, { max: 6 });
  const { db, client } = database;
  const clock = { time: Date.parse('2026-11-21T10:00:00.000Z') };
  const time = { now: () => new Date((clock.time += 1)), monotonicMs: () => clock.time };
  const lines: LogLine[] = [];
  const note = (level: LogLine['level']) => (fields: object, message: string) =>
    void lines.push({ level, fields: fields as LogLine['fields'], message });
  const log = { error: note('error'), warn: note('warn'), info: note('info'), debug() {} };
  const journal = await openJournal(db, time);
  const open = (given: Partial<HistoryLimits> = {}) =>
    openHistory({
      db,
      journal,
      clock: time,
      log,
      limits: { batchMs: 5, longestRetryMs: 40, ...limits, ...given },
    });
  const history = open();
  const others: History[] = [];
  const operations = new Map<string, OperationId>();

  const app = new Hono<HttpEnv>({ strict: false });
  app.onError(createErrorHandler(log));
  app.use(async (c, next) => {
    c.set('actor', { kind: 'user', name: 'Ada' });
    c.set('origin', { ip: null, userAgent: null });
    await next();
  });
  mountHistory({ app, db, journal, maxBodyBytes: 1000 }, { history, clock: time });

  const tell = (id: string, drafts: readonly Pick<EventDraft, 'type' | 'data'>[]) =>
    journal.append(
      drafts.map(
        (draft) =>
          ({
            ...draft,
            projectId: null,
            operationId: operations.get(id) ?? null,
            topic: [`push:${id}`],
          }) as EventDraft,
      ),
    );

  return {
    database,
    journal,
    history,
    log: lines,
    clock,
    async openAnother(given) {
      const other = open(given);
      others.push(other);
      return other;
    },
    async begin(facts = {}) {
      const at = time.now();
      const id = facts.id ?? createRowId(at);
      const operationId = (facts.operationId ?? createOperationId(at.getTime())) as OperationId;
      operations.set(id, operationId);
      const beginning: PushBeginning = {
        id,
        sourceType: 'request',
        sourceConfigId: null,
        targetConfigId: 'azdo-config-1',
        projectName: 'Atlas',
        overwriteMode: false,
        totalItems: 0,
        operationId,
        retryOf: null,
        planId: null,
        idempotencyKey: null,
        at,
        ...facts,
      };
      const {
        sourceType,
        sourceConfigId,
        targetConfigId,
        projectName,
        overwriteMode,
        retryOf,
        planId,
        idempotencyKey,
      } = beginning;
      const record = {
        sourceType,
        sourceConfigId,
        targetConfigId,
        projectName,
        overwriteMode,
        retryOf,
        planId,
        idempotencyKey,
      };
      const timestamp = beginning.at.toISOString();
      const data = {
        syncHistoryId: id,
        timestamp,
        operationId,
        total: beginning.totalItems,
        queued: true,
        record,
      };
      await tell(id, [{ type: 'sync:started', data }]);
      history.pushes.begin(beginning);
      return id;
    },
    async items(id, items, { isHeard = true } = {}) {
      const told = items.map((item) => toPushed(item, time.now()));
      await tell(
        id,
        told.map((item) => toEvent(id, item)),
      );
      if (isHeard) for (const item of told) history.pushes.item(id, item);
    },
    async end(id, facts = {}, { isHeard = true } = {}) {
      const end: PushEnd = {
        status: 'completed',
        outcome: 'succeeded',
        error: null,
        errorCode: null,
        deleted: 0,
        at: time.now(),
        ...facts,
      };
      await tell(id, [toEndEvent(id, end)]);
      if (isHeard) history.pushes.end(id, end);
    },
    flush: () => history.pushes.flush(4000),
    async get(path) {
      const response = await app.request(path);
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? (JSON.parse(text) as unknown) : undefined,
      };
    },
    async run(statement) {
      await client.unsafe(statement);
    },
    async [Symbol.asyncDispose]() {
      for (const each of [history, ...others]) await each[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await test.drop();
    },
  };
}

export function toPushed(
  { ardoqId, type = 'epic', status = 'created', name = ardoqId }: ItemTold,
  at: Date,
): PushedItem {
  const isPlaced = status === 'created' || status === 'updated' || status === 'unchanged';
  return {
    ardoqId,
    name,
    type,
    status,
    azureDevOpsId: isPlaced ? 7 : null,
    azureDevOpsUrl: isPlaced ? 'https://dev.azure.com/o/p/_workitems/edit/7' : null,
    parentArdoqId: type === 'epic' ? null : 'parent',
    error: isPlaced ? null : 'because',
    errorCode: status === 'failed' ? 'FIELD_REJECTED' : null,
    changedFields: status === 'updated' ? ['System.Title'] : null,
    changedByUser: isPlaced ? { displayName: 'Ada' } : null,
    at,
  };
}

const nounOf = { epic: 'epic', feature: 'feature', user_story: 'userstory' } as const;

function toEvent(id: string, item: PushedItem): Pick<EventDraft, 'type' | 'data'> {
  const { ardoqId, name, parentArdoqId, status } = item;
  const common = { syncHistoryId: id, timestamp: item.at.toISOString(), ardoqId, name, parentArdoqId };
  const placed = { azureDevOpsId: item.azureDevOpsId, azureDevOpsUrl: item.azureDevOpsUrl };
  const details = {
    created: { ...placed, changedByUser: item.changedByUser },
    unchanged: { ...placed, changedByUser: item.changedByUser },
    updated: { ...placed, changedByUser: item.changedByUser, changedFields: item.changedFields, rev: 2 },
    failed: { error: item.error, code: item.errorCode },
    skipped: { reason: item.error },
  }[status];
  return { type: `${nounOf[item.type]}:${status}`, data: { ...common, ...details } } as Pick<
    EventDraft,
    'type' | 'data'
  >;
}

const noCounts = { total: 0, created: 0, updated: 0, unchanged: 0, failed: 0, skipped: 0 };
const summary = { ...noCounts, epics: noCounts, features: noCounts, userStories: noCounts };

function toEndEvent(id: string, end: PushEnd): Pick<EventDraft, 'type' | 'data'> {
  const common = { syncHistoryId: id, timestamp: end.at.toISOString(), summary, deleted: end.deleted };
  if (end.error === null) {
    const { status, outcome } = end;
    return { type: 'sync:complete', data: { ...common, status, outcome, warnings: [] } };
  }
  return { type: 'sync:error', data: { ...common, error: end.error, code: end.errorCode ?? 'INTERNAL' } };
}
