/** Barriers of projects: callers share one, unless it began before they asked; the newest proof is remembered. */
import type { EventId, ProjectId } from '../../../shared/ids.ts';
import { toTimestamp } from '../../../shared/ids.ts';
import type { FreshnessProof } from '../../../shared/views/freshness.ts';
import type { Clock } from '../../platform/clock.ts';
import { unproven, type Proven, type Verdict } from './verdict.ts';

export type Crossed =
  | { readonly kind: 'crossed'; readonly proof: FreshnessProof }
  | { readonly kind: 'blocked'; readonly reason: string };

export interface BarriersOptions {
  /** Resolves when what was saved before the call is committed. */
  readonly cross: (id: ProjectId) => Promise<Crossed>;
  /** Of the journal, at this moment. */
  readonly readHead: () => Promise<EventId>;
  readonly clock: Clock;
}

interface Lane {
  running: Promise<Verdict>;
  next: Promise<Verdict> | null;
}

export class Barriers {
  readonly #options: BarriersOptions;
  readonly #lanes = new Map<ProjectId, Lane>();
  readonly #newest = new Map<ProjectId, Proven>();

  constructor(options: BarriersOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  prove(id: ProjectId): Promise<Verdict> {
    const lane = this.#lanes.get(id);
    if (lane === undefined) return this.#begin(id);
    // The one that is under way began before this call, and says nothing about what was saved since.
    lane.next ??= lane.running.then(() => this.#begin(id));
    return lane.next;
  }

  newest(id: ProjectId): Proven | null {
    return this.#newest.get(id) ?? null;
  }

  remember(id: ProjectId, verdict: Verdict): void {
    if (verdict.kind !== 'proven') return;
    const before = this.#newest.get(id);
    if (before === undefined || before.asOf < verdict.asOf) this.#newest.set(id, verdict);
  }

  #begin(id: ProjectId): Promise<Verdict> {
    const running = this.#run(id).finally(() => {
      if (this.#lanes.get(id)?.running === running && this.#lanes.get(id)?.next === null) {
        this.#lanes.delete(id);
      }
    });
    this.#lanes.set(id, { running, next: null });
    return running;
  }

  async #run(id: ProjectId): Promise<Verdict> {
    const { cross, readHead, clock } = this.#options;
    const asOf = toTimestamp(clock.now());
    try {
      const crossed = await cross(id);
      if (crossed.kind === 'blocked') return unproven(crossed.reason);
      const verdict: Verdict = { kind: 'proven', asOf, head: await readHead(), proof: crossed.proof };
      this.remember(id, verdict);
      return verdict;
    } catch (failure) {
      return unproven(failure instanceof Error ? failure.message : String(failure));
    }
  }
}
