/** Puts the fake on a socket: reads calls, writes answers, cuts or keeps silent where a fault says so. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { toCall, type Reply } from './call.ts';
import { answerControl } from './control-routes.ts';
import type { FakeCore } from './fake.ts';

export interface HttpFace extends AsyncDisposable {
  readonly url: string;
}

export async function openHttpFace(fake: FakeCore, port: number, nowMs: () => number): Promise<HttpFace> {
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    // A caller that goes away in mid-request has nothing left to hear.
    receive(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readText(request);
    const origin = `http://${request.headers.host ?? `127.0.0.1:${port}`}`;
    const { method = 'GET', url: target = '/', headers } = request;
    const call = toCall({ method, target, headers, text, origin, atMs: nowMs() });
    if (call.segments[0] === '__fake') {
      send(response, answerControl(fake, call), false);
      return;
    }
    const outcome = fake.receive(call);
    if (outcome.end === 'silence') return;
    if (outcome.end === 'reset') {
      response.socket?.resetAndDestroy();
      return;
    }
    const delayMs = outcome.delayMs + fake.switches.latencyMs;
    if (delayMs === 0) {
      send(response, outcome.reply, outcome.isTruncated);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      send(response, outcome.reply, outcome.isTruncated);
    }, delayMs);
    timers.add(timer);
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function send(
  response: ServerResponse,
  { status, headers = {}, body, html }: Reply,
  isTruncated: boolean,
): void {
  const isJson = body !== undefined;
  const text = isJson ? JSON.stringify(body) : (html ?? '');
  const type = isJson ? 'application/json; charset=utf-8; api-version=7.1' : 'text/html; charset=utf-8';
  const sent = isTruncated ? text.slice(0, Math.floor(text.length / 2)) : text;
  response.writeHead(status, {
    ...(text === '' ? {} : { 'Content-Type': type, 'Content-Length': Buffer.byteLength(sent) }),
    ...headers,
  });
  response.end(sent);
}
