/** What the transports over plain HTTP share: how they ask for events, and how a refusal reads. */
import { parseRetryAfter } from '../retry-after.ts';
import type { Clock } from '../clock.ts';
import type { CloseReason } from '../ladder.ts';
import type { TransportOptions } from './transport.ts';

export class LineClosed extends Error {
  override readonly name = 'LineClosed';
  readonly because: CloseReason;
  readonly retryAfterMs: number | null;

  constructor(because: CloseReason, retryAfterMs: number | null = null) {
    super(because);
    this.because = because;
    this.retryAfterMs = retryAfterMs;
  }
}

type Query = Readonly<Record<string, string | null>>;
type RequestOptions = Pick<TransportOptions, 'baseUrl' | 'token' | 'topics' | 'types' | 'fetch'> & {
  readonly accept: string;
  readonly query: Query;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

/** An answer of the wanted kind; throws `LineClosed` for any other. */
export async function requestEvents(options: RequestOptions): Promise<Response> {
  const { fetch: send, accept, token, signal, clock } = options;
  const headers = { accept, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  let response: Response;
  try {
    response = await send(toAddress(options), { headers, signal, cache: 'no-store' });
  } catch {
    signal.throwIfAborted();
    throw new LineClosed('unreachable');
  }
  if (response.status === 200 && response.headers.get('content-type')?.startsWith(accept)) return response;
  // Unread bodies hold their connection; what is in this one does not matter, nor whether it can be cancelled.
  response.body?.cancel().catch(() => {});
  throw new LineClosed(
    toReason(response.status),
    parseRetryAfter(response.headers.get('retry-after'), clock.nowMs()),
  );
}

function toAddress({ baseUrl, topics, types, query }: RequestOptions): string {
  const parts: Query = { topics: topics.join(',') || null, types: types.join(',') || null, ...query };
  const given = Object.entries(parts).filter((part): part is [string, string] => part[1] !== null);
  return `${baseUrl.replace(/\/+$/, '')}/api/events?${new URLSearchParams(given)}`;
}

function toReason(status: number): CloseReason {
  if (status === 204) return 'told-to-stop';
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 429 || status >= 500) return 'refused';
  return 'unsupported';
}
