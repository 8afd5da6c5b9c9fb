/** Says no where no handler runs, to sockets and to what cannot be read: with the status, the envelope and the headers of any refusal. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../../shared/failure.ts';
import { toErrorBody } from './errors.ts';
import { privacyHeaders } from './security-headers.ts';

/** `line` is an answer, or the bare connection of an upgrade, which has none. */
export function refuseRequest(line: ServerResponse | Duplex, failure: unknown): void {
  const error =
    failure instanceof AppError
      ? failure
      : new AppError('INTERNAL', 'Internal server error', { cause: failure });
  const requestId = randomUUID();
  const body = Buffer.from(JSON.stringify(toErrorBody(error, requestId)));
  const headers = {
    ...error.headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(body.length),
    'Cache-Control': 'no-store',
    ...privacyHeaders,
    'X-Request-Id': requestId,
  };
  if (line instanceof ServerResponse) {
    line.writeHead(error.status, headers).end(body);
    return;
  }
  const head = Object.entries({ ...headers, Connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  const status = `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? 'Refused'}`;
  const answer = Buffer.concat([Buffer.from(`${[status, ...head].join('\r\n')}\r\n\r\n`), body]);
  // Nobody reads on from here: half open, it would stay for as long as its peer likes.
  line.end(answer, () => line.destroy());
}
