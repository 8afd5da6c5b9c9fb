/** Tells an answer from a failure: status, kind of content, and whether the call may have taken effect (AZ18, AZ19). */
import type { RawAnswer } from './exchange.ts';
import {
  UpstreamFailure,
  type UpstreamAnswer,
  type UpstreamCall,
  type UpstreamFailureKind,
} from './upstream.ts';

/** Throws what is no success. `retryAfterMs` is what the answer asked for. */
export function judgeAnswer(
  service: string,
  call: Pick<UpstreamCall, 'isIdempotent'>,
  answer: RawAnswer,
  retryAfterMs: number | null,
): UpstreamAnswer {
  const { status, headers, text } = answer;
  const activityId = headers.get('activityid') ?? headers.get('x-vss-e2eid');
  const content = readContent(headers.get('content-type'), text);
  const verdict = judge(status, content);
  if (verdict === 'success') return { status, headers, body: toBody(content), activityId };
  throw new UpstreamFailure({
    kind: verdict,
    message: toMessage(service, verdict, status, content),
    status,
    isAmbiguous: !call.isIdempotent && isInDoubt(verdict, status),
    body: toBody(content),
    activityId,
    retryAfterMs,
  });
}

type Content =
  { readonly is: 'json'; readonly value: unknown } | { readonly is: 'empty' | 'broken' | 'foreign' };

const toBody = (content: Content): unknown => (content.is === 'json' ? content.value : null);

function readContent(contentType: string | null, text: string): Content {
  if (text.trim() === '') return { is: 'empty' };
  if (contentType === null || !/^[^;]*\bjson\b/i.test(contentType)) return { is: 'foreign' };
  try {
    return { is: 'json', value: JSON.parse(text) as unknown };
  } catch {
    return { is: 'broken' };
  }
}

/** The others are known without an answer. */
type Verdict = Exclude<UpstreamFailureKind, 'network' | 'open-circuit' | 'host'>;

function judge(status: number, content: Content): Verdict | 'success' {
  // A rejected token is answered with a sign-in page under 203, or by sending the caller to one.
  if (status === 203 || status === 401 || (status >= 300 && status < 400)) return 'auth';
  if (status < 300) {
    if (content.is === 'foreign') return 'auth';
    return content.is === 'broken' ? 'unreadable' : 'success';
  }
  return byStatus[status] ?? (status < 500 ? 'rejected' : 'server');
}

const byStatus: Readonly<Record<number, Verdict>> = {
  403: 'forbidden',
  404: 'not-found',
  408: 'timeout',
  429: 'throttled',
};

/** 401 and the other 4xx are refusals; a page instead of an answer may hide a change that was made (AZ19). */
function isInDoubt(kind: Verdict, status: number): boolean {
  if (kind === 'auth') return status !== 401;
  return kind === 'server' || kind === 'timeout' || kind === 'unreadable';
}

function toMessage(service: string, kind: Verdict, status: number, content: Content): string {
  switch (kind) {
    case 'auth':
      return `${service} rejected the credentials (${toSign(status, content)}).`;
    case 'forbidden':
      return `${service} does not permit this with these credentials (403).`;
    case 'not-found':
      return `${service} does not have it, or does not show it to these credentials (404).`;
    case 'throttled':
      return `${service} is throttling these credentials (429).`;
    case 'timeout':
      return `${service} gave up waiting (${status}).`;
    case 'unreadable':
      return `${service} answered with JSON that cannot be read (${status}).`;
    case 'rejected':
      return `${service} rejected the request (${status}).`;
    case 'server':
      return `${service} failed (${status}).`;
  }
}

function toSign(status: number, content: Content): string {
  if (status >= 300 && status < 400) return `${status}, a redirect to another page`;
  return content.is === 'foreign' ? `${status} with a page instead of JSON` : String(status);
}
