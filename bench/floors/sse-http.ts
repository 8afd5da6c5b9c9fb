/**
 * The floor of a fan-out: bare `node:http` and one shared buffer for everybody. With `joinMs` what comes until then
 * travels together in one corked write; without it every event is written at once.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toFrameText } from '../fanout-event.ts';
import { settingsOf } from '../fanout-part.ts';
import { serveSpeaker } from '../fanout-speaker.ts';

const { joinMs } = settingsOf<{ joinMs: number | null }>();
const responses = new Set<ServerResponse>();
const server = createServer((_request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  response.write(': hello\n\n');
  responses.add(response);
  response.on('close', () => responses.delete(response));
});
await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));

let seq = 0;
let waiting = '';

function writeAll(text: string): void {
  const shared = Buffer.from(text);
  for (const response of responses) {
    response.cork();
    response.write(shared);
    response.uncork();
  }
}

function publish(stamps: readonly number[]): void {
  for (const stampUs of stamps) {
    const frame = toFrameText((seq += 1), stampUs);
    if (joinMs === null) writeAll(frame);
    else waiting += frame;
  }
}

if (joinMs !== null) {
  setInterval(() => {
    if (waiting === '') return;
    writeAll(waiting);
    waiting = '';
  }, joinMs);
}

serveSpeaker({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  publish,
  end: () => server.closeAllConnections(),
});
