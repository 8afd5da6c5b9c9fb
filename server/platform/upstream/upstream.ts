/** An outside service over HTTP, as the features that speak to one see it: bounded, paced, and honest about doubt. */

/** What is known of a failed call. Secrets and raw bodies are never part of it. */
export type UpstreamFailureKind =
  /** Rejected credentials, also as 203, 302 or a page where JSON is due (AZ19). */
  | 'auth'
  | 'forbidden'
  | 'not-found'
  | 'rejected'
  /** Throttled beyond the budget. */
  | 'throttled'
  | 'timeout'
  /** Reset, refused, not resolved. */
  | 'network'
  /** 5xx. */
  | 'server'
  /** An answer that cannot be read: too long, cut off, not what was asked for. */
  | 'unreadable'
  /** The circuit is open: nothing was sent. */
  | 'open-circuit'
  /** The host may not be called (CN7): nothing was sent. */
  | 'host';

export interface UpstreamFailureFacts {
  readonly kind: UpstreamFailureKind;
  readonly message: string;
  readonly status: number | null;
  /** Whether the call may have taken effect: never true for what was certainly not sent or certainly refused (RC4). */
  readonly isAmbiguous: boolean;
  /** Of the answer, if it was JSON; for the caller to read codes from, never to show. */
  readonly body: unknown;
  readonly activityId: string | null;
  readonly retryAfterMs: number | null;
}

export class UpstreamFailure extends Error implements UpstreamFailureFacts {
  override readonly name = 'UpstreamFailure';
  readonly kind: UpstreamFailureKind;
  readonly status: number | null;
  readonly isAmbiguous: boolean;
  /** Private, so that a logger which lists the fields of an error does not list this one. */
  readonly #body: unknown;
  readonly activityId: string | null;
  readonly retryAfterMs: number | null;

  constructor(facts: UpstreamFailureFacts, options?: ErrorOptions) {
    super(facts.message, options);
    this.kind = facts.kind;
    this.status = facts.status;
    this.isAmbiguous = facts.isAmbiguous;
    this.#body = facts.body;
    this.activityId = facts.activityId;
    this.retryAfterMs = facts.retryAfterMs;
  }

  get body(): unknown {
    return this.#body;
  }
}

export interface UpstreamCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the host, with its query; or an absolute address, which must be on the same host. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Safe to send again: reads, queries, look-ups (AZ20). Others are sent again only after 429. */
  readonly isIdempotent: boolean;
  /** Cuts waits at once, and reads under way; any other call under way is finished, so that nothing stays in doubt (PU20). */
  readonly signal?: AbortSignal;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null for an empty body. */
  readonly body: unknown;
  readonly activityId: string | null;
}

/** Told to whoever waits, so that a phase can say so ("throttled by Azure DevOps, 34 s"). */
export interface UpstreamWait {
  readonly reason: 'throttled' | 'retry';
  readonly waitMs: number;
  readonly attempt: number;
  readonly failure: UpstreamFailure | null;
}

/** One service with one set of credentials; pacing and circuit are shared by all calls of it (AZ21). */
export interface Upstream extends AsyncDisposable {
  /** `https://dev.azure.com`, without a slash at the end. */
  readonly baseUrl: string;
  /** Throws `UpstreamFailure`, or the reason of an aborted signal. */
  call(call: UpstreamCall, options?: UpstreamCallOptions): Promise<UpstreamAnswer>;
}

export interface UpstreamCallOptions {
  /** In all, waits included: 20 s for what a person waits for, 5 minutes or more for a push (PU6). Default: a push. */
  readonly retryBudgetMs?: number;
  readonly onWait?: (wait: UpstreamWait) => void;
}

export const interactiveBudgetMs = 20_000;

/** Longer than the window of 5 minutes in which Azure DevOps counts (AZ20). */
export const pushBudgetMs = 600_000;

export interface UpstreamTarget {
  /** For messages: `Azure DevOps`, `Ardoq`. */
  readonly service: string;
  /** `https://dev.azure.com`, or a bare host for https. */
  readonly host: string;
  /** Sent with every call, credentials among them; never logged. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Which hosts may be called at all (CN7, GU9). */
export interface HostRules {
  /** `dev.azure.com`, `*.visualstudio.com`, `app.ardoq.com`. */
  readonly known: readonly string[];
  /** Configured by the owner of this server: these alone may be private or plain http. `host` or `host:port`. */
  readonly allowed: readonly string[];
}

/** Throws a failure of kind `host` when the host may not be called. */
export type OpenUpstream = (target: UpstreamTarget) => Upstream;
