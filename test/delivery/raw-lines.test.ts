/** What travels on the connection itself: streams are framed for it once, past the response. */
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../sdk/support/until.ts';
import { startDeliveryServer, type DeliveryServer } from './delivery-server.ts';
import { many, named } from './drafts.ts';

let server: DeliveryServer;

beforeEach(async () => {
  server = await startDeliveryServer();
});
afterEach(() => server[Symbol.asyncDispose]());

/** Writes `text` and hears what comes; nothing of HTTP is hidden. */
function openLine(text: string) {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const line = { text: '', close: () => socket.destroy() };
  socket.setEncoding('utf8').on('data', (part: string) => (line.text += part));
  socket.on('error', () => undefined);
  socket.write(text);
  return line;
}

const toRequest = (version: string, query = '') =>
  `GET /api/events${query} HTTP/${version}\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n`;

/** The body of a chunked answer; throws where a chunk is not as long as it says. */
function readChunks(answer: string): string {
  let rest = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4));
  let body = '';
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.subarray(0, end).toString(), 16);
    expect(rest.subarray(end + 2 + size, end + 4 + size).toString()).toBe('\r\n');
    body += rest.subarray(end + 2, end + 2 + size).toString();
    rest = rest.subarray(end + 4 + size);
  }
  return body;
}

const idsOf = (body: string): string[] =>
  [...body.matchAll(/^id: (\S+)\nevent: (?!hello)/gm)].map(([, id]) => id!);

test('[SS1] every chunk is as long as it says, whatever the letters and whoever wrote it', async () => {
  await server.journal.append([named('replayed é 漢 🙂')]);
  const line = openLine(toRequest('1.1', '?after=earliest'));
  await until(() => line.text.includes('replayed'));

  await server.journal.append([named('live é 漢 🙂')]);
  await server.advance(20_000);
  await server.journal.append(many(3));
  await until(() => line.text.includes(`-5\n`));

  const body = readChunks(line.text);
  expect(idsOf(body).map((id) => id.split('-')[1])).toEqual(['1', '2', '3', '4', '5']);
  expect(body).toContain('live é 漢 🙂');
  expect(body).toContain(': heartbeat\n\n');
  line.close();
});

test('[SS1] a client of HTTP/1.0, which knows no chunks, reads bare frames', async () => {
  const line = openLine(toRequest('1.0', '?after=earliest'));
  await server.journal.append(many(2));
  await until(() => line.text.includes(`-2\n`));

  const body = line.text.slice(line.text.indexOf('\r\n\r\n') + 4);
  expect(body.startsWith('retry: ')).toBe(true);
  expect(idsOf(body)).toHaveLength(2);
  line.close();
});

test('[SS5] a stream that ends is an answer that ends', async () => {
  const line = openLine(toRequest('1.1', '?after=earliest'));
  await server.journal.append(many(1));
  await until(() => line.text.includes(`-1\n`));

  await server.delivery.subscribers.closeAll('shutdown');
  await until(() => line.text.endsWith('0\r\n\r\n'));

  expect(readChunks(line.text)).toContain('event: bye');
  line.close();
});
