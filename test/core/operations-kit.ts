/** Servers of one database without HTTP or files: operations whose work waits until the test lets it end. */
import postgres from 'postgres';
import type { SynclineEvent } from '../../shared/events/index.ts';
import { OperationId, ProjectId } from '../../shared/ids.ts';
import type { OperationRecord } from '../../shared/operations.ts';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import { Leases } from '../../server/core/leases.ts';
import { openListener } from '../../server/core/listener.ts';
import { toRecord } from '../../server/core/operation-record.ts';
import { findOperation, listPhases } from '../../server/core/operation-store.ts';
import { Operations, type OperationsOptions, type Started } from '../../server/core/operations.ts';
import type {
  OperationContext,
  OperationRequest,
  RunResult,
  StoredOperation,
  Workflows,
} from '../../server/core/workflow.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { systemClock } from '../../server/platform/clock.ts';
import { createLogger } from '../../server/platform/logger.ts';
import type { ProcessIdentity } from '../../server/platform/process-identity.ts';
import { createTestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';

/** One run of an operation's work, held until the test ends it. */
export interface Work {
  readonly context: OperationContext<StoredOperation>;
  end(result?: Partial<RunResult>): void;
  fail(failure: unknown): void;
}

export interface Node {
  readonly operations: Operations;
  readonly leases: Leases;
  readonly journal: Journal;
  readonly database: Database;
  start(request?: Partial<OperationRequest>): Promise<Started>;
  /** The work of an operation, once it has begun on this server. */
  workOf(id: string): Promise<Work>;
  /** The same, if it has begun. */
  running(id: string): Work | undefined;
  /** Operations whose run was told that its lease is lost. */
  readonly lost: readonly string[];
  close(): Promise<void>;
}

interface NodeOptions extends Partial<OperationsOptions> {
  /** False for work that does not listen to its signal. */
  readonly obeys?: boolean;
  readonly url?: string;
  readonly identity?: ProcessIdentity;
}

export interface OperationsKit extends AsyncDisposable {
  readonly sql: postgres.Sql;
  openNode(options?: NodeOptions): Promise<Node>;
  record(id: string): Promise<OperationRecord>;
  ended(id: string): Promise<OperationRecord>;
  statusOf(id: string): Promise<string>;
  events(): Promise<SynclineEvent[]>;
  /** As if the holder had not been heard of for longer than its lease. */
  expire(lane: string): Promise<void>;
}

let opened = 0;

export async function openOperationsKit(): Promise<OperationsKit> {
  const testDatabase = await createTestDatabase();
  await migrateDatabase(testDatabase.url);
  const sql = postgres(testDatabase.url, { max: 4, onnotice: () => undefined });
  const own = openDatabase(testDatabase.url, { max: 2 });
  const nodes: Node[] = [];
  const kit: OperationsKit = {
    sql,
    async openNode(options = {}) {
      const node = await openNode({ url: testDatabase.url, ...options });
      nodes.push(node);
      return node;
    },
    async record(id) {
      const row = await findOperation(own.db, id);
      if (row === undefined) throw new Error(`There is no operation ${id}`);
      const phases = (await listPhases(own.db, [id])).get(id) ?? [];
      return toRecord(row, { phases, now: new Date() });
    },
    ended: (id) =>
      until(`${id} has ended`, async () => {
        const record = await kit.record(id);
        return record.finishedAt === null ? undefined : record;
      }),
    async statusOf(id) {
      const [row] = await sql<{ status: string }[]>`select status from operations where id = ${id}`;
      return row?.status ?? 'gone';
    },
    events: async () =>
      (await sql`
        select seq::int, type, operation_id as "operationId", data from journal order by seq`) as unknown as SynclineEvent[],
    async expire(lane) {
      await sql`update leases set expires_at = now() - interval '1 second' where name = ${lane}`;
    },
    async [Symbol.asyncDispose]() {
      for (const node of nodes) await node.close();
      await sql.end({ timeout: 1 });
      await own[Symbol.asyncDispose]();
      await testDatabase.drop();
    },
  };
  return kit;
}

async function openNode({
  url,
  obeys = true,
  // Another machine each: nothing can be proven about it but that its lease has run out.
  identity = { hostId: `machine-${(opened += 1)}`, pid: 1, startedAt: '1' },
  ...options
}: NodeOptions & { url: string }): Promise<Node> {
  const database = openDatabase(url);
  const { db } = database;
  const journal = await openJournal(db, systemClock);
  const log = createLogger('silent');
  const listener = await openListener(database, journal, log);
  const leases = new Leases(identity, { ownsDatabase: false });
  const works = new Map<OperationId, Work>();
  const lost: string[] = [];
  const operations = new Operations({
    db,
    journal,
    leases,
    clock: systemClock,
    log,
    workflows: createWorkflows(works, lost, obeys),
    slots: { index: 2, push: 2 },
    graceMs: 0,
    retriesInterrupted: false,
    onHeartbeat: () => Promise.resolve(),
    ...options,
  });
  await operations.open();
  const reacting = journal.bus.entries$.subscribe(({ event }) => {
    if (event.type === 'operation:cancelling') operations.hearCancelling(event.data.operation.id);
    if (/^operation:(completed|failed|cancelled)$/.test(event.type)) operations.dispatch();
  });
  let closing: Promise<void> | null = null;
  return {
    operations,
    leases,
    journal,
    database,
    lost,
    start: (request) => operations.start({ ...plain, ...request }),
    workOf: (id) => until(`${id} runs`, () => works.get(OperationId.parse(id))),
    running: (id) => works.get(OperationId.parse(id)),
    close: () => (closing ??= close()),
  };

  async function close(): Promise<void> {
    await operations[Symbol.asyncDispose]();
    reacting.unsubscribe();
    await listener[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  }
}

export const laneA = 'project:p_a';
export const laneB = 'project:p_b';

export const plain: OperationRequest = {
  kind: 'full_sync',
  lane: laneA,
  projectId: ProjectId.parse('p_a'),
  projectSlug: 'a',
  trigger: 'api',
  actor: { kind: 'user', name: 'local' },
  options: {},
  metadata: {},
};

export const inB: Partial<OperationRequest> = {
  lane: laneB,
  projectId: ProjectId.parse('p_b'),
  projectSlug: 'b',
};

/** Full syncs with equal options are the same, batches merge their paths, and a full sync does what a batch does. */
function createWorkflows(works: Map<OperationId, Work>, lost: string[], obeys: boolean): Workflows {
  const run = (context: OperationContext<StoredOperation>) =>
    new Promise<RunResult>((resolve, reject) => {
      context.enter('discover');
      if (obeys) context.signal.addEventListener('abort', () => reject(context.signal.reason as Error));
      works.set(context.operation.id, {
        context,
        end: (result) => resolve({ message: 'Done', stats: {}, ...result }),
        fail: reject,
      });
    });
  return {
    full_sync: {
      run,
      lost: ({ id }) => void lost.push(id),
      supersedes: (queued) => queued.kind === 'sync_changed_files',
      join(request, queued) {
        const wanted = JSON.stringify(request.options);
        const into = queued.find((one) => one.kind === 'full_sync' && JSON.stringify(one.options) === wanted);
        return into === undefined ? null : { ...into, into };
      },
    },
    rebuild_links: { run },
    push_work_items: { run, pool: 'push' },
    sync_changed_files: {
      run,
      join(request, queued) {
        const into = queued.find((one) => one.kind === 'sync_changed_files');
        if (into === undefined) return null;
        const paths = [...(into.options.paths as string[]), ...(request.options.paths as string[])];
        return { into, options: { paths }, metadata: into.metadata };
      },
    },
  };
}
