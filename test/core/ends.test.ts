/** The end of an operation: once, whatever happens to the last commit, and with figures that are true. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { OperationFailure } from '../../server/core/workflow.ts';
import { openDatabaseProxy, type DatabaseProxy } from '../support/database-proxy.ts';
import { until } from '../support/until.ts';
import { openOperationsKit, type Node, type OperationsKit } from './operations-kit.ts';

let kit: OperationsKit;
let node: Node;

beforeAll(async () => {
  kit = await openOperationsKit();
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await node?.close();
  await kit.sql`truncate operations, leases cascade`;
  node = await kit.openNode();
});

async function startOne(on = node) {
  const { operation } = await on.start();
  return { id: operation.id, work: await on.workOf(operation.id) };
}

const endsOf = async (id: string) =>
  (await kit.events()).filter(
    (event) => event.operationId === id && /^operation:(completed|failed|cancelled)$/.test(event.type),
  );

/** As the driver throws what Postgres answers. */
const databaseError = (code: string) => Object.assign(new Error(`Postgres says ${code}`), { code });

test('[OP12] only what is completed stands in the phase of that name', async () => {
  const { id, work } = await startOne();
  work.context.enter('documents', 2);

  work.end({
    commit: async () => {
      throw new Error('the last writes are refused');
    },
  });

  const record = await kit.ended(id);
  expect(record).toMatchObject({ status: 'failed', errorCode: 'internal', phase: 'documents' });
  expect(record.error).toBe('In phase documents: the last writes are refused');
  expect(record.phases?.map(({ name }) => name)).toEqual(['queued', 'discover', 'documents']);
});

test('[OP16] what the last writes count is in the figures, in the record, the stats and the phases', async () => {
  const { id, work } = await startOne();

  work.end({
    stats: { documents_removed: 0 },
    commit: async () => {
      work.context.count('linksCreated', 3);
      work.context.report([
        { path: 'a.md', code: 'UNREADABLE', message: 'x', line: null, column: null, offset: null },
      ]);
    },
  });

  const record = await kit.ended(id);
  expect(record.counters).toMatchObject({ linksCreated: 3, issuesFound: 1 });
  expect(record.stats).toMatchObject({ links_created: 3, issues: 1, documents_removed: 0 });
  const told = (await kit.events()).filter((event) => event.operationId === id).map(({ type }) => type);
  expect(told.indexOf('operation:issue')).toBeGreaterThan(-1);
  expect(told.indexOf('operation:issue')).toBeLessThan(told.indexOf('operation:completed'));
});

test.each(['40P01', '53100', '25006', 'CONNECTION_CLOSED'])(
  '[F10] after %s the last commit is tried again, and counts once',
  async (code) => {
    const { id, work } = await startOne();
    let tries = 0;

    work.end({
      commit: async () => {
        work.context.count('documentsRemoved', 2);
        if ((tries += 1) === 1) throw databaseError(code);
      },
    });

    expect(await kit.ended(id)).toMatchObject({ status: 'completed', counters: { documentsRemoved: 2 } });
    expect(await endsOf(id)).toHaveLength(1);
  },
);

test('[OP9] what the source is to blame for has its own code', async () => {
  const { id, work } = await startOne();

  work.fail(new OperationFailure('source_missing', 'sdlc-studio path not found: /nowhere'));

  expect(await kit.ended(id)).toMatchObject({
    errorCode: 'source_missing',
    error: 'sdlc-studio path not found: /nowhere',
    phase: 'discover',
  });
});

test('[LAW3] an end that cannot be written keeps the process alive and is tried on', async () => {
  let isBroken = true;
  let tries = 0;
  const run = () => Promise.resolve({ message: 'Done', stats: {} });
  const broken = await kit.openNode({
    workflows: {
      full_sync: {
        run,
        async end() {
          tries += 1;
          if (isBroken) throw databaseError('53200');
        },
      },
      rebuild_links: { run },
      push_work_items: { run },
      sync_changed_files: { run },
    },
  });
  const { operation } = await broken.start();
  await until('its end was refused', () => tries > 0);

  isBroken = false;

  expect(await kit.ended(operation.id)).toMatchObject({ status: 'completed' });
  await broken.close();
});

test('[OP7] the duration is that of the monotonic clock, though the wall clock jumps back', async () => {
  let wallMs = Date.parse('2026-06-01T12:00:00Z');
  let monotonicMs = 1_000;
  const clock = { now: () => new Date(wallMs), monotonicMs: () => monotonicMs };
  const odd = await kit.openNode({ clock });
  const { id, work } = await startOne(odd);
  monotonicMs += 700;
  wallMs -= 3_600_000;

  work.context.enter('documents', 4);
  monotonicMs += 300;
  work.end();

  const record = await kit.ended(id);
  expect(record.durationMs).toBe(1_000);
  expect(record.stats).toMatchObject({ duration_ms: 1_000 });
  expect(record.phases?.map(({ name, durationMs }) => [name, durationMs])).toEqual([
    ['queued', 0],
    ['discover', 700],
    ['documents', 300],
    ['completed', 0],
  ]);
  await odd.close();
});

test('[LAW3] the record and its one terminal event say the same', async () => {
  const { id, work } = await startOne();
  work.context.enter('documents', 2);
  work.context.progress(2);
  work.end({ message: '2 documents' });

  const record = await kit.ended(id);

  const [end] = await endsOf(id);
  expect(end?.data).toEqual({ operation: record });
});

test('[EV6, OP13] progress is told ten times a second at most, and every phase ends with its last figure', async () => {
  const { id, work } = await startOne();
  const startedMs = performance.now();
  work.context.enter('documents', 400);
  for (let done = 1; done <= 400; done += 1) {
    work.context.progress(done, { documentsProcessed: done });
    if (done % 20 === 0) await kit.sql`select pg_sleep(0.02)`;
  }
  work.end();
  await kit.ended(id);
  const seconds = (performance.now() - startedMs) / 1000;

  const events = (await kit.events()).filter((event) => event.operationId === id);
  const progress = events.filter((event) => event.type === 'operation:progress');
  expect(progress.length).toBeLessThanOrEqual(Math.ceil(seconds * 10));
  expect(progress.length).toBeGreaterThan(1);
  const phases = events.flatMap((event) => (event.type === 'operation:phase' ? [event.data] : []));
  expect(phases.at(-1)).toMatchObject({ processed: 400, total: 400, phase: { name: 'documents' } });
  const figures = progress.map((event) => (event.data as { processed: number }).processed);
  expect(figures).toEqual(figures.toSorted((a, b) => a - b));
});

test('[F11] with the database away the operation goes on, and its end is written when it is back', async () => {
  await using proxy: DatabaseProxy = await openDatabaseProxy(await urlOf(kit));
  const behind = await kit.openNode({ url: proxy.url });
  const { id, work } = await startOne(behind);

  await proxy.set('refuse');
  work.context.enter('documents', 1);
  work.end();
  await proxy.set('pass');

  expect(await kit.ended(id)).toMatchObject({ status: 'completed' });
  expect(await endsOf(id)).toHaveLength(1);
  await behind.close();
});

test('[OP9] work that fails because the database is away says so', async () => {
  const { id, work } = await startOne();

  work.fail(databaseError('CONNECTION_CLOSED'));

  expect(await kit.ended(id)).toMatchObject({ status: 'failed', errorCode: 'database_unavailable' });
});

async function urlOf({ sql: client }: OperationsKit): Promise<string> {
  const { host, port, user, pass, database } = client.options;
  return `postgres://${user}:${String(pass)}@${host[0]}:${port[0]}/${database}`;
}
