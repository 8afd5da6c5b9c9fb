/** A service on a port of this machine that answers call by call as a test says, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Of the client: the same for calls over one connection. */
  readonly port: number | undefined;
}

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

export interface ScriptedService extends AsyncDisposable {
  readonly host: string;
  readonly received: readonly Received[];
}

/** The last answer is given to every further call. */
export async function openScriptedService(...answers: readonly Answer[]): Promise<ScriptedService> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const body = Buffer.concat(chunks).toString();
      const answer = answers[Math.min(received.length, answers.length - 1)]!;
      received.push({ method, path: url, headers, body, port: request.socket.remotePort });
      answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));

export const page =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'text/html', ...headers }).end('<html>Sign in</html>');

export const silence: Answer = () => {};

export const reset: Answer = (_response, request) => request.socket.resetAndDestroy();
