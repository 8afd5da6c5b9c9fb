/** What a run has recorded: the truth of the journal, what readers saw of it, and what writers were promised. */
import type { SynclineEvent } from '../../../shared/events/index.ts';
import type { OperationRecord } from '../../../shared/operations.ts';
import type { Project } from '../../../shared/views/project.ts';
import type { NumberList } from './number-list.ts';
import type { Wish } from './plan.ts';

/** One event as it was committed. */
export interface Fact {
  readonly seq: number;
  readonly type: string;
  readonly topics: readonly string[];
  readonly operationId: string | null;
  /** What its writer named it by; empty for those of the product. */
  readonly tag: string;
  /** Whole, unless a flood wrote it. */
  readonly event: SynclineEvent | null;
}

/** In the order of `seq`, from 1: `facts[0]` is the first event. */
export interface Truth {
  readonly facts: readonly Fact[];
}

export interface SeenReset {
  /** So many events had been seen by then. */
  readonly at: number;
  /** What it had asked to go on from. */
  readonly cursor: number;
  /** Events up to here are not going to come. */
  readonly head: number;
  readonly reason: string;
  /** Events up to here may have been pruned by then. */
  readonly prunedThrough: number;
}

export interface ReaderHistory {
  readonly id: number;
  readonly wish: Wish;
  /** It asked for what comes after this. */
  readonly from: number;
  readonly seqs: NumberList;
  /** `contentOf` each. */
  readonly contents: NumberList;
  readonly resets: readonly SeenReset[];
  /** Where the server said something else than what was asked. */
  readonly oddities: readonly string[];
  /** Whether a stream may have spared it superseded progress (SS4). */
  readonly mayCollapse: boolean;
}

/** An append that was acknowledged. */
export interface FloodAck {
  readonly writer: string;
  readonly from: number;
  readonly to: number;
}

/** A request for work that was answered with 202. */
export interface OperationAck {
  readonly operationId: string;
  readonly asked: string;
}

export interface ViewSnapshot {
  readonly head: number;
  /** Null where the view is of something else. */
  readonly operations: readonly OperationRecord[] | null;
  readonly projects: readonly Project[] | null;
}

/** What the table of operations says when everything is at rest. */
export interface OperationRow {
  readonly id: string;
  readonly status: string;
  readonly finishedAt: string | null;
}

export interface History {
  readonly truth: Truth;
  /** Everybody has been given the time to get this far. */
  readonly end: number;
  readonly readers: readonly ReaderHistory[];
  readonly floodAcks: readonly FloodAck[];
  readonly operationAcks: readonly OperationAck[];
  readonly operations: readonly OperationRow[];
  readonly heldLeases: readonly string[];
  /** Read while everything was moving: only what is at rest is compared. */
  readonly glimpses: readonly ViewSnapshot[];
  /** Read when everything was at rest, from each server. */
  readonly finals: readonly ViewSnapshot[];
}

/** A number that differs when another event is told under the same `seq`. */
export function contentOf(type: string, operationId: string | null, tag: string): number {
  let hash = 0x811c9dc5;
  for (const text of [type, operationId ?? '', tag]) {
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    hash = Math.imul(hash ^ 0x7c, 0x01000193);
  }
  return hash | 0;
}
