/** Events of a tiny journal, all alike but for their place in it. */
import type { EventOf, SynclineEvent } from '../../../shared/events/index.ts';
import { toEventId } from '../../../shared/ids.ts';
import type { Epoch, EventId } from '../../../shared/ids.ts';

export const epoch = 'tinytest' as Epoch;
export const idOf = (seq: number, of: string = epoch): EventId => toEventId(of as Epoch, seq);

export const eventAt = (seq: number, of: string = epoch): SynclineEvent =>
  ({
    id: idOf(seq, of),
    seq,
    type: 'watch:recovered',
    at: '2026-11-21T07:00:00.000Z',
    projectId: null,
    operationId: null,
    topic: ['all'],
    data: { state: 'watching' },
  }) as unknown as EventOf<'watch:recovered'>;

export const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
