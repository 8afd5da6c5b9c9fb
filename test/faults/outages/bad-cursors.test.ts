/** A cursor that leads nowhere is answered with a reset that says why, on every way to the journal (F15). */
import { io } from 'socket.io-client';
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventPage, SubscribeAck } from '../../../shared/api/events.ts';
import type { EventId } from '../../../shared/ids.ts';
import { until } from '../../support/until.ts';
import { appendOutside } from './append-outside.ts';
import { faces, followWithSdk, openOutageKit, type Face, type OutageKit } from './outage-kit.ts';

let kit: OutageKit;
let epoch: string;
let head: number;

beforeAll(async () => {
  kit = await openOutageKit();
  await appendOutside(kit.sql, 50);
  await kit.sql`delete from journal where seq <= 20`;
  ({ epoch, head } = await position());
});
afterAll(() => kit[Symbol.asyncDispose]());

async function position() {
  const page = await kit.server.json<EventPage>('/api/events');
  const at = page.head.lastIndexOf('-');
  return { epoch: page.head.slice(0, at), head: Number(page.head.slice(at + 1)) };
}

/** What each way says about a cursor: why it starts over, and where. */
const greetings: Record<string, (cursor: string) => Promise<{ reset: string | null; head: string }>> = {
  'Last-Event-ID of a stream': (cursor) => readHello('', { 'last-event-id': cursor }),
  'after of a stream': (cursor) => readHello(`?after=${encodeURIComponent(cursor)}`, {}),
  'after of a socket': (cursor) =>
    new Promise((resolve, reject) => {
      const socket = io(kit.server.url, { transports: ['websocket'], forceNew: true, reconnection: false });
      socket.on('connect_error', reject);
      socket.on('connect', () =>
        socket.emit(
          'subscribe',
          { after: cursor },
          (ack: SubscribeAck) => (resolve(ack), socket.disconnect()),
        ),
      );
    }),
  'after of a poll': async (cursor) => {
    const answer = await kit.server.request('GET', `/api/events?after=${encodeURIComponent(cursor)}`);
    expect(answer.status).toBe(200);
    return (await answer.json()) as EventPage;
  },
};

function readHello(
  query: string,
  headers: Record<string, string>,
): Promise<{ reset: string | null; head: string }> {
  return new Promise((resolve, reject) => {
    const request = get(
      `${kit.server.url}/api/events${query}`,
      { headers: { accept: 'text/event-stream', ...headers }, agent: false },
      (response) => {
        expect([response.statusCode, response.headers['sync-resume']]).toEqual([200, 'reset']);
        response.setEncoding('utf8');
        response.once('data', (text: string) => {
          resolve(JSON.parse(/^data: (.*)$/m.exec(text)![1]!) as never);
          request.destroy();
        });
      },
    );
    request.on('error', reject);
  });
}

describe.each(Object.keys(greetings))('%s', (way) => {
  test.each([
    ['of another journal', () => 'aaaaaaaaaaaa-5', 'foreign-epoch'],
    ['of the future', () => `${epoch}-${head + 100_000}`, 'future'],
    ['that is no cursor', () => "'; drop table journal; --", 'malformed'],
    ['with a number past all numbers', () => `${epoch}-99999999999999999999`, 'malformed'],
    ['of ten kilobytes', () => 'x'.repeat(10_000), 'malformed'],
    ['that was pruned', () => `${epoch}-3`, 'pruned'],
  ])('[F15, SS3] a cursor %s is a reset that says so', async (_, cursorOf, reset) => {
    expect(await greetings[way]!(cursorOf())).toMatchObject({ reset, head: `${epoch}-${head}` });
  });
});

test.each(Object.keys(faces) as Face[])(
  '[F15] the SDK over %s starts over from the head, and hears what follows',
  async (face) => {
    using reader = followWithSdk(kit.server.url, { face, after: `${epoch}-2` as EventId });
    await until('it has been told', () => reader.resets.length > 0);
    await until('it is live', () => reader.state().state === 'live');

    await kit.write();
    ({ head } = await position());

    await until('what follows is heard', () => reader.events.some(({ type }) => type === 'project:changed'));
    expect(reader.resets).toHaveLength(1);
    expect(Math.min(...reader.events.map(({ seq }) => seq))).toBeGreaterThan(20);
  },
);
