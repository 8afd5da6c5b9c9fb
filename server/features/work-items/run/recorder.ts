/** Makes what a push does durable, in order: intents before the calls, results with their events after them (RC2, HI8). */
import { setImmediate } from 'node:timers/promises';
import type { OperationContext, StoredOperation } from '../../../core/workflow.ts';
import { writeWithPatience } from './database-patience.ts';
import { toItemDraft, toPushedItem, toResult, type ItemOutcome } from './item-outcome.ts';
import {
  dropIntents,
  saveIntents,
  savePresent,
  type IntentId,
  type LedgerKey,
  type LedgerRow,
  type PresentRow,
  type Stamp,
} from './ledger-store.ts';
import type { PushParts } from './push-parts.ts';
import { insertResults } from './result-store.ts';

export interface RecorderOptions {
  readonly parts: PushParts;
  readonly context: OperationContext<StoredOperation>;
  readonly syncHistoryId: string;
  /** Null while it is not known where the push goes: then only items that came to nothing are recorded. */
  readonly key: LedgerKey | null;
  /** Told of what is durable, in order. */
  readonly stored: (outcomes: readonly ItemOutcome[]) => void;
}

interface Entry {
  readonly intents: readonly LedgerRow[];
  readonly presents: readonly PresentRow[];
  readonly dropped: readonly IntentId[];
  readonly outcome: ItemOutcome | null;
  readonly done: () => void;
  readonly failed: (failure: unknown) => void;
}

/** Of unchanged and skipped items; of all others at most one shares a commit. */
const groupSize = 200;
/** What may wait to be stored before the push waits too. */
const most = { written: 1, all: 2 * groupSize };

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #queue: Entry[] = [];
  #flushing: Promise<void> | null = null;
  #broken: { readonly failure: unknown } | null = null;
  readonly #waiting = { written: 0, all: 0 };
  readonly #onProgress: (() => void)[] = [];

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Resolves when the intents are durable: nothing may be sent before. */
  async intend(intents: readonly LedgerRow[]): Promise<void> {
    await this.#append({ intents });
  }

  /** Resolves when the result and its event are durable. */
  async record(outcome: ItemOutcome): Promise<void> {
    await this.#append({ outcome });
  }

  /** The ledger alone: of an item whose result was told already. */
  async remember(presents: readonly PresentRow[]): Promise<void> {
    await this.#append({ presents });
  }

  /** Intents of what was certainly never sent. */
  async forget(dropped: readonly IntentId[]): Promise<void> {
    if (dropped.length > 0) await this.#append({ dropped });
  }

  /** Resolves when there is room for another result; throws when nothing can be stored any more. */
  async room(): Promise<void> {
    while (this.#waiting.written > most.written || this.#waiting.all > most.all) await this.#progress();
    if (this.#broken !== null) throw this.#broken.failure;
  }

  /** Resolves when everything is stored. */
  async settle(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing;
    if (this.#broken !== null) throw this.#broken.failure;
  }

  #progress(): Promise<void> {
    return new Promise((resolve) => this.#onProgress.push(resolve));
  }

  #append({ intents = [], presents = [], dropped = [], outcome = null }: Partial<Entry>): Promise<void> {
    if (this.#broken !== null) return Promise.reject(this.#broken.failure as Error);
    this.#move(outcome, 1);
    return new Promise((done, failed) => {
      this.#queue.push({ intents, presents, dropped, outcome, done, failed });
      this.#flushing ??= this.#flush();
    });
  }

  #move(outcome: ItemOutcome | null, by: number): void {
    if (outcome === null) return;
    this.#waiting.all += by;
    if (isWritten(outcome)) this.#waiting.written += by;
  }

  /** What arrives while one commit is under way shares the next. Never rejects. */
  async #flush(): Promise<void> {
    // So that a result and the intents of what is sent next share a commit: they come in one turn of the loop.
    await setImmediate();
    for (; this.#queue.length > 0; await setImmediate()) {
      const group = this.#takeGroup();
      try {
        if (this.#broken !== null) throw this.#broken.failure;
        await this.#commit(group);
        for (const { done } of group) done();
      } catch (failure) {
        this.#broken ??= { failure };
        for (const { failed } of group) failed(failure);
      }
      for (const { outcome } of group) this.#move(outcome, -1);
      for (const told of this.#onProgress.splice(0)) told();
    }
    this.#flushing = null;
  }

  /** In order, and with one result of a call at most. */
  #takeGroup(): Entry[] {
    let written = 0;
    const end = this.#queue.findIndex(({ outcome }, index) => {
      if (outcome !== null && isWritten(outcome)) written += 1;
      return written > 1 || index >= groupSize;
    });
    return this.#queue.splice(0, end === -1 ? this.#queue.length : end);
  }

  async #commit(group: readonly Entry[]): Promise<void> {
    const { parts, context, syncHistoryId, key, stored } = this.#options;
    const outcomes = group.flatMap(({ outcome }) => outcome ?? []);
    const intents = group.flatMap((entry) => entry.intents);
    const presents = group.flatMap(({ outcome, presents: remembered }) => outcome?.present ?? remembered);
    const dropped = group.flatMap((entry) => entry.outcome?.dropped ?? entry.dropped);
    const at = parts.clock.now();
    const stamp: Stamp = { operationId: context.operation.id, at };
    const speaker = { operation: context.operation, syncHistoryId };
    await writeWithPatience(context, parts, async (tx, emit) => {
      const ledger = key === null ? [] : toLedgerWrites(tx, key, { presents, dropped, intents, stamp });
      const [inserted] = await Promise.all([
        insertResults(tx, syncHistoryId, outcomes.map(toResult)),
        ...ledger,
      ]);
      // A commit whose answer was lost has told of them already.
      for (const outcome of outcomes) {
        if (inserted.has(outcome.item.sourceId)) emit(toItemDraft(speaker, outcome, at));
      }
    });
    for (const outcome of outcomes) parts.history.item(syncHistoryId, toPushedItem(outcome, at));
    stored(outcomes);
  }
}

interface LedgerWrites {
  readonly presents: readonly PresentRow[];
  readonly dropped: readonly IntentId[];
  readonly intents: readonly LedgerRow[];
  readonly stamp: Stamp;
}

/** On one connection, so in this order. */
function toLedgerWrites(
  tx: Parameters<typeof savePresent>[0],
  key: LedgerKey,
  { presents, dropped, intents, stamp }: LedgerWrites,
): Promise<void>[] {
  return [
    savePresent(tx, key, presents, stamp),
    dropIntents(tx, key, dropped),
    saveIntents(tx, key, intents, stamp),
  ];
}

/** The result of a call that changed the target, or of one that failed. */
const isWritten = ({ end }: ItemOutcome): boolean => end.status !== 'unchanged' && end.status !== 'skipped';
