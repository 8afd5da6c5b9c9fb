/** Why a call brought no answer: the server's refusal, or what went wrong on the way to it. */
import type { FailureCode } from '../../shared/failure.ts';

/** `NETWORK`: no answer came. `MALFORMED`: one came that is not the contract's. */
export type CallErrorCode = FailureCode | 'NETWORK' | 'MALFORMED';

interface CallErrorFacts {
  readonly code: CallErrorCode;
  readonly message: string;
  /** 0 when there was no answer. */
  readonly status?: number;
  readonly details?: unknown;
  readonly requestId?: string | null;
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: CallErrorCode;
  readonly status: number;
  readonly details: unknown;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;

  constructor(facts: CallErrorFacts) {
    super(facts.message, { cause: facts.cause });
    this.code = facts.code;
    this.status = facts.status ?? 0;
    this.details = facts.details;
    this.requestId = facts.requestId ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }

  /** Worth trying again unchanged: the way or the server was at fault, not the request. */
  get isTransient(): boolean {
    return this.code === 'NETWORK' || this.status === 429 || this.status >= 500;
  }
}
