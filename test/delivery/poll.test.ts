import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventPage } from '../../shared/api/events.ts';
import { toEventId } from '../../shared/ids.ts';
import { until } from '../sdk/support/until.ts';
import { startDeliveryServer, type DeliveryServer } from './delivery-server.ts';
import { many, removed, started } from './drafts.ts';

let server: DeliveryServer;

beforeAll(async () => {
  server = await startDeliveryServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function readPage(query: string, path = '/api/events'): Promise<EventPage> {
  return (await (await fetch(`${server.url}${path}?${query}`)).json()) as EventPage;
}

const idAt = (seq: number) => toEventId(server.journal.epoch, seq);
const held = () => until(() => server.delivery.subscribers.figures.active === 1);

test('[PO1] a page holds as many as were asked for, and tells where to go on', async () => {
  await server.journal.append(many(5));
  const head = server.journal.head();

  const first = await readPage(`after=${idAt(head - 5)}&limit=3`);
  const second = await readPage(`after=${first.next}&limit=3`);

  expect(first).toMatchObject({
    next: idAt(head - 2),
    head: idAt(head),
    oldest: idAt(1),
    hasMore: true,
    reset: null,
  });
  expect(first.events.map((event) => event.id)).toEqual([idAt(head - 4), idAt(head - 3), idAt(head - 2)]);
  expect(second).toMatchObject({ next: idAt(head), hasMore: false });
  expect(second.events).toHaveLength(2);
});

test('[PO1] the cursor moves past what is not of interest', async () => {
  await server.journal.append([started('atlas'), ...many(700, 'borea'), removed('atlas'), started('borea')]);
  const head = server.journal.head();

  const page = await readPage(`after=${idAt(head - 703)}&topics=project:atlas&limit=2`);

  expect(page.events.map((event) => event.type)).toEqual(['sync:started', 'project:removed']);
  expect([idAt(head - 1), idAt(head)]).toContain(page.next);
});

test('[PO1] an empty page is held until something matches', async () => {
  const answer = readPage('wait=25&topics=project:atlas');
  await held();

  await server.journal.append(many(2, 'borea'));
  await server.journal.append(many(1, 'atlas'));

  expect((await answer).events.map((event) => event.seq)).toEqual([server.journal.head()]);
});

test('[PO1] an empty page is held no longer than was asked for', async () => {
  const answer = readPage('wait=10');
  await held();

  await server.advance(9_750);
  const before = server.delivery.subscribers.figures.active;
  await server.advance(250);

  expect(await answer).toMatchObject({ events: [], next: idAt(server.journal.head()), hasMore: false });
  expect(before).toBe(1);
});

test('a client that goes away is not held any longer', async () => {
  const leaving = new AbortController();
  const answer = fetch(`${server.url}/api/events?wait=25`, { signal: leaving.signal });
  await held();

  leaving.abort();
  await expect(answer).rejects.toThrow(/abort/i);

  await until(() => server.delivery.subscribers.figures.active === 0);
});

test.each(['limit=0', 'limit=1001', 'limit=1.5', 'wait=26', 'wait=-1', 'topics=nonsense', 'types=x y'])(
  '[PO1] %s is refused',
  async (query) => {
    const response = await fetch(`${server.url}/api/events?${query}`);

    expect(response.status).toBe(422);
  },
);

test('[OP34] a page of one operation begins with its first event', async () => {
  await server.journal.append([started('corax'), started('atlas'), removed('corax')]);
  server.narrowing = { topic: 'project:corax', firstSeq: server.journal.head() - 2 };

  const page = await readPage('', '/narrowed');

  expect(page.events.map((event) => event.type)).toEqual(['sync:started', 'project:removed']);
});

test('[OP34] once its events are pruned the page is empty and says so', async () => {
  server.narrowing = { topic: 'project:gone', firstSeq: null };

  expect(await readPage('', '/narrowed')).toMatchObject({ events: [], reset: 'pruned' });
});
