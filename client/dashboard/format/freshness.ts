/** What may be said of this screen: the proof of the server, and how far our own stream has come. */
import type { Freshness } from '../../../shared/views/freshness.ts';
import type { ConnectionState } from '../../sdk/connection-state.ts';
import { isSameEpoch, seqOf } from '../../sdk/cursor.ts';
import { toClock } from './time.ts';

export interface FreshnessText {
  readonly tone: 'good' | 'warn' | 'plain';
  readonly text: string;
  /** The longer story, one hover away. */
  readonly detail: string;
}

const proofs = {
  sentinel: 'Proven by a file that went the way of every save: watcher, index, journal, this page.',
  walk: 'Proven by comparing the folder with the index.',
} as const;

export function toFreshnessText(
  { fresh, as_of: asOf, head, proof, reason }: Freshness,
  connection: ConnectionState,
  timeZone?: string,
): FreshnessText {
  if (asOf === null || head === null || proof === null) {
    return { tone: fresh ? 'plain' : 'warn', text: 'Not proven to be up to date', detail: reason ?? '' };
  }
  const time = toClock(asOf, timeZone);
  const isHere =
    connection.state === 'live' &&
    isSameEpoch(connection.cursor, head) &&
    seqOf(connection.cursor) >= seqOf(head);
  if (!isHere) {
    return {
      tone: 'plain',
      text: `Catching up with ${time}`,
      detail: 'Events are on their way to this page.',
    };
  }
  const text = `Everything saved before ${time} is on this screen`;
  return fresh
    ? { tone: 'good', text, detail: proofs[proof] }
    : { tone: 'warn', text, detail: `${proofs[proof]} Nothing newer is proven: ${reason ?? 'no answer'}` };
}
