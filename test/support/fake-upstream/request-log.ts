/** What the fake was asked, in order, with times; never the secrets it was asked with. */
import type { Call } from './call.ts';
import { isWrite, kindOf, titlesOf, type CallKind } from './call-kind.ts';

export interface LoggedRequest {
  readonly seq: number;
  readonly atMs: number;
  readonly service: 'azure' | 'ardoq';
  readonly kind: CallKind;
  readonly isWrite: boolean;
  readonly method: string;
  readonly target: string;
  readonly userAgent: string | null;
  readonly titles: readonly string[];
  readonly body: string | null;
  /** Null as long as there is no answer, and for ever where it was lost. */
  status: number | null;
  fault: string | null;
}

export interface RequestLog {
  note(call: Call, keepsBody: boolean): LoggedRequest;
  all(): readonly LoggedRequest[];
  clear(): void;
}

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  return {
    all: () => entries,
    clear: () => void (entries = []),
    note(call, keepsBody) {
      const kind = kindOf(call);
      const entry: LoggedRequest = {
        seq: entries.length + 1,
        atMs: call.atMs,
        service: call.segments[0] === 'api' ? 'ardoq' : 'azure',
        kind,
        isWrite: isWrite(kind),
        method: call.method,
        target: call.target,
        userAgent: call.headers['user-agent'] ?? null,
        titles: keepsBody ? titlesOf(call) : [],
        body: keepsBody && call.text !== '' ? call.text : null,
        status: null,
        fault: null,
      };
      entries.push(entry);
      return entry;
    },
  };
}
