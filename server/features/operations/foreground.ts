/** The two ways a trigger is answered: at once with an id, or after the end with the record (OP25). */
import type { StartedOperation } from '../../../shared/views/status.ts';
import { AppError } from '../../../shared/failure.ts';
import type { OperationRecord } from '../../../shared/operations.ts';
import type { Operations, Started } from '../../core/operations.ts';
import type { Reply } from '../../http/serve-route.ts';

export interface Finished {
  readonly status: 'ok';
  readonly mode: 'foreground';
  readonly operationId: string;
  readonly coalesced: boolean;
  readonly stats: Record<string, unknown>;
  readonly operation: OperationRecord;
}

export function toBackground({ operation, coalesced }: Started, message: string): Reply<StartedOperation> {
  const { id } = operation;
  return {
    status: 202,
    headers: { Location: `/api/cache/operations/${id}` },
    value: { status: 'ok', mode: 'background', message, operationId: id, coalesced },
  };
}

/** Waits for the end, but not for ever; a client that leaves cancels nothing. */
export async function toForeground(
  operations: Operations,
  started: Started,
  options: { message: string; waitMs: number; stopping: AbortSignal },
): Promise<Reply<Finished | StartedOperation>> {
  const signal = AbortSignal.any([AbortSignal.timeout(options.waitMs), options.stopping]);
  const ended = await operations.settled(started.operation.id, signal).catch((failure: unknown) => {
    if (!signal.aborted) throw failure;
    return null;
  });
  if (ended !== null) return toFinished(ended, started.coalesced);
  if (options.stopping.aborted) {
    throw new AppError('UNAVAILABLE', 'The server is stopping.', { headers: { 'Retry-After': '5' } });
  }
  return toBackground(started, options.message);
}

function toFinished(operation: OperationRecord, coalesced: boolean): Reply<Finished> {
  const { id, status, errorCode, error, stats } = operation;
  if (status === 'completed') {
    const value = { status: 'ok', mode: 'foreground', operationId: id, coalesced, stats, operation } as const;
    return { status: 200, value };
  }
  const isAsked = errorCode === 'cancelled' || errorCode?.startsWith('source_') === true;
  throw new AppError('OPERATION_FAILED', error ?? 'The operation did not complete', {
    status: isAsked ? 409 : 500,
    details: { operationId: id, errorCode, operation },
  });
}
