/** One HTTP call as the fake reads it, and the answer it gives. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Call {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** Decoded path segments. */
  readonly segments: readonly string[];
  /** Names in lower case: the services ignore case. */
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Scheme and host the caller used; links in answers begin with it. */
  readonly origin: string;
  readonly atMs: number;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON when it is given. */
  readonly body?: unknown;
  readonly html?: string;
}

export function toCall(from: Pick<Call, 'method' | 'target' | 'headers' | 'text' | 'origin' | 'atMs'>): Call {
  const [path = '', search = ''] = splitOnce(from.target, '?');
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) query.set(name.toLowerCase(), value);
  return { ...from, segments: path.split('/').filter(Boolean).map(decode), query };
}

/** Who calls, without the secret it calls with. */
export const identityOf = ({ headers }: Call): string =>
  createHash('sha256')
    .update(headers.authorization ?? '')
    .digest('hex')
    .slice(0, 12);

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
