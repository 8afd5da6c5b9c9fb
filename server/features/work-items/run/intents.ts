/** Intents of one push: each is durable before its create is sent, those of the next items while this one is on its way (RC2). */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../platform/clock.ts';
import type { PlannedItem } from '../planned.ts';
import type { IntentId, LedgerRow } from './ledger-store.ts';
import type { Recorder } from './recorder.ts';

interface Intent {
  readonly intentId: string;
  readonly at: Date;
  readonly stored: Promise<void>;
}

interface IntentParts {
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly toRow: (planned: PlannedItem) => LedgerRow;
}

export class Intents {
  readonly #parts: IntentParts;
  readonly #intents = new Map<string, Intent>();
  readonly #sent = new Set<string>();

  constructor(parts: IntentParts) {
    this.#parts = parts;
  }

  /** All of them in one commit; those that are on their way already are left alone. */
  ahead(items: readonly PlannedItem[]): void {
    const fresh = items.filter(
      ({ action, item }) => action === 'create' && !this.#intents.has(item.sourceId),
    );
    if (fresh.length === 0) return;
    const at = this.#parts.clock.now();
    const rows = fresh.map((planned) => ({
      ...this.#parts.toRow(planned),
      intentId: randomUUID(),
      intentAt: at,
    }));
    const stored = this.#parts.recorder.intend(rows);
    // Whoever needs it hears of its failure; what was only prepared for may never be needed.
    stored.catch(() => undefined);
    for (const { sourceId, intentId } of rows) this.#intents.set(sourceId, { intentId, at, stored });
  }

  /** Resolves when the intents of all of them are durable. */
  async ready(items: readonly PlannedItem[]): Promise<void> {
    this.ahead(items);
    for (const { item } of items) await this.#intents.get(item.sourceId)?.stored;
  }

  /** From now on only an answer tells whether they were made. */
  sent(items: readonly PlannedItem[]): void {
    for (const { item } of items) this.#sent.add(item.sourceId);
  }

  /** What was prepared for and never asked for: left behind, the next push would look for it (RC4). */
  get spare(): readonly IntentId[] {
    return [...this.#intents]
      .filter(([sourceId]) => !this.#sent.has(sourceId))
      .map(([sourceId, { intentId }]) => ({ sourceId, intentId }));
  }

  /** To be forgotten with an item that was certainly not made. */
  find(sourceId: string): IntentId | null {
    const intent = this.#intents.get(sourceId);
    return intent === undefined ? null : { sourceId, intentId: intent.intentId };
  }

  since(sourceId: string): Date | null {
    return this.#intents.get(sourceId)?.at ?? null;
  }
}
