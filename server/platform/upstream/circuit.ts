/** Stops sending where sending is pointless: for good after rejected credentials, for a while after an outage (AZ19, PU22). */
import { UpstreamFailure } from './upstream.ts';
import type { UpstreamTime } from './upstream-time.ts';

export interface Circuit {
  /** Throws the failure that opened it. */
  throwIfOpen(): void;
  note(failure: UpstreamFailure): void;
  /** A call that was patient for its whole budget saw nothing but failures. */
  noteOutage(failure: UpstreamFailure): void;
}

/** New credentials are a new upstream with a closed circuit; nothing closes one that they opened. */
export function createCircuit(service: string, time: Pick<UpstreamTime, 'monotonicMs'>): Circuit {
  let opened: { readonly because: UpstreamFailure; readonly untilMs: number } | undefined;
  return {
    throwIfOpen() {
      if (opened === undefined || opened.untilMs <= time.monotonicMs()) return;
      throw toOpenFailure(service, opened.because);
    },
    note(failure) {
      if (failure.kind === 'auth') opened = { because: failure, untilMs: Number.POSITIVE_INFINITY };
    },
    noteOutage(failure) {
      if (opened?.untilMs !== Number.POSITIVE_INFINITY) {
        opened = { because: failure, untilMs: time.monotonicMs() + outageMs };
      }
    },
  };
}

function toOpenFailure(service: string, because: UpstreamFailure): UpstreamFailure {
  const reason =
    because.kind === 'auth'
      ? 'rejected the credentials; change or test the connection first'
      : 'did not answer for a long time; try again in a minute';
  return new UpstreamFailure(
    {
      kind: 'open-circuit',
      message: `Nothing was sent: ${service} ${reason}. (${because.message})`,
      status: because.status,
      isAmbiguous: false,
      body: null,
      activityId: because.activityId,
      retryAfterMs: because.kind === 'auth' ? null : outageMs,
    },
    { cause: because },
  );
}

const outageMs = 60_000;
