/** `/metrics` of a whole server, as Prometheus would read it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricTable } from '../../server/features/metrics/metric-table.ts';
import { parseExposition, valueOf } from '../metrics/exposition.ts';
import { openDatabaseProxy } from '../support/database-proxy.ts';
import { createTestDatabase } from '../support/database.ts';
import { startTestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { openSyncKit, type SyncKit } from './sync-kit.ts';

let kit: SyncKit;

beforeAll(async () => {
  kit = await openSyncKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

const scrape = async () => parseExposition(await (await kit.server.request('GET', '/metrics')).text());

test('a scrape is Prometheus text, of the kinds that the table says', async () => {
  const answer = await kit.server.request('GET', '/metrics');
  const families = parseExposition(await answer.text());

  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(families.size).toBeGreaterThan(30);
  for (const { name, type, help } of families.values()) {
    expect(metricTable).toHaveProperty(name, expect.objectContaining({ kind: type, help }));
  }
});

test('labels are those of the table, and no address, id or path is among them', async () => {
  const project = await kit.addProject({ 'stories/US0001-a.md': '# A\n' });
  await project.sync();
  await kit.server.request('GET', `/api/v1/projects/${project.slug}/documents?page=1`);
  await kit.server.request('GET', `/api/v1/projects/${project.slug}/nothing`);
  await kit.server.request('GET', '/some/page');

  const families = await scrape();

  for (const { name, samples } of families.values()) {
    const { labels } = metricTable[name as keyof typeof metricTable];
    for (const sample of samples) {
      const given = Object.keys(sample.labels).filter((label) => label !== 'le');
      expect(given.toSorted()).toEqual([...labels].toSorted());
    }
  }
  const routes =
    families.get('syncline_http_requests_total')?.samples.map(({ labels }) => labels.route) ?? [];
  expect(routes).toContain('/api/v1/projects/:slug/documents');
  expect(routes).toContain('other');
  expect(routes.join(' ')).not.toContain(project.slug);
});

test('a sync is counted: its operation, its events, its commits', async () => {
  const before = await scrape();
  const project = await kit.addProject({ 'stories/US0001-a.md': '# A\n', 'stories/US0002-b.md': '# B\n' });
  await project.sync();

  const after = await scrape();
  const grown = (name: string, labels: Record<string, string> = {}) =>
    (valueOf(after, name, labels) ?? 0) - (valueOf(before, name, labels) ?? 0);

  expect(grown('syncline_operations_ended_total', { kind: 'full_sync', status: 'completed' })).toBe(1);
  expect(grown('syncline_journal_heard_events_total', { type: 'documents:changed' })).toBeGreaterThanOrEqual(
    1,
  );
  const appended = grown('syncline_journal_appended_events_total');
  expect(appended).toBe(grown('syncline_journal_heard_seq'));
  expect(appended).toBeGreaterThan(3);
  const seconds = after.get('syncline_operation_duration_seconds')?.samples ?? [];
  expect(seconds.some(({ labels }) => labels.kind === 'full_sync')).toBe(true);
});

test('the journal is told from its head to the readers: nothing waits when nobody is behind', async () => {
  const families = await until('all is delivered', async () => {
    const read = await scrape();
    return valueOf(read, 'syncline_journal_lag_events') === 0 && read;
  });

  const head = valueOf(families, 'syncline_journal_head_seq');
  expect(head).toBeGreaterThan(0);
  expect(valueOf(families, 'syncline_journal_heard_seq')).toBe(head);
  expect(valueOf(families, 'syncline_journal_delivered_seq')).toBe(head);
  expect(valueOf(families, 'syncline_journal_lag_seconds')).toBe(0);
  expect(valueOf(families, 'syncline_journal_oldest_seq')).toBe(1);
});

test('a stream is a subscriber for as long as it is open', async () => {
  const leaving = new AbortController();
  const stream = await fetch(`${kit.server.url}/api/events`, {
    headers: { accept: 'text/event-stream' },
    signal: leaving.signal,
  });
  expect(stream.status).toBe(200);
  const open = await scrape();
  leaving.abort();

  expect(valueOf(open, 'syncline_subscribers', { transport: 'sse' })).toBe(1);
  expect(valueOf(open, 'syncline_subscriber_lag_events', { transport: 'sse', aggregate: 'max' })).toBe(0);
  await until(
    'it is gone',
    async () => valueOf(await scrape(), 'syncline_subscribers', { transport: 'sse' }) === 0,
  );
});

test('[F24] the delay of the event loop is there to be read', async () => {
  const families = await scrape();

  const delay = (quantile: string) =>
    valueOf(families, 'nodejs_eventloop_delay_seconds', { quantile }) ?? NaN;
  expect(delay('0.5')).toBeLessThanOrEqual(delay('0.99'));
  expect(delay('0.99')).toBeLessThanOrEqual(delay('1'));
});

test('leases and watches of this server are told with their holder and state', async () => {
  const before = (await kit.server.json<{ head: string }>('/api/events?limit=1')).head;
  const tree = await kit.addTree({ 'docs/a.md': '# A\n' });
  const project = await kit.register(tree, { watch: true });
  await project.untilEvent('watch:ready', before);

  const families = await scrape();

  expect(valueOf(families, 'syncline_watch_state', { project: project.slug, state: 'watching' })).toBe(1);
  expect(valueOf(families, 'syncline_lease_info', { name: `watch:${project.id}` })).toBe(1);
  const left = valueOf(families, 'syncline_lease_remaining_seconds', { name: `watch:${project.id}` });
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(15);
});

test('[GU4] with a token, figures are for who shows it', async () => {
  await using locked = await startTestServer({ SYNCLINE_TOKEN: 'a-token-for-the-test' });

  const refused = await locked.request('GET', '/metrics');
  const told = await locked.request('GET', '/metrics', undefined, {
    authorization: 'Bearer a-token-for-the-test',
  });

  expect([refused.status, told.status]).toEqual([401, 200]);
  expect(valueOf(parseExposition(await told.text()), 'syncline_ready')).toBe(1);
});

test('[F11] while the database hangs, a scrape is answered all the same, and tells so', async () => {
  const database = await createTestDatabase();
  await using proxy = await openDatabaseProxy(database.url);
  {
    await using server = await startTestServer({ DATABASE_URL: proxy.url, SYNCLINE_LOG_LEVEL: 'silent' });
    await proxy.set('hang');

    const answer = await server.request('GET', '/metrics');
    const families = parseExposition(await answer.text());

    expect(answer.status).toBe(200);
    expect(valueOf(families, 'syncline_database_up')).toBe(0);
    expect(valueOf(families, 'syncline_ready')).toBe(0);
    expect(families.has('syncline_journal_head_seq')).toBe(false);
    expect(valueOf(families, 'syncline_journal_heard_seq')).toBeGreaterThanOrEqual(0);
    await proxy.set('pass');
  }
  await database.drop();
});
