/** The decisions of a project by the two ends they are about. */
import type { Review } from '../facts.ts';
import { toEntity, type Entity } from '../link.ts';
import type { Decision, ManualLink } from './decision.ts';
import { undecided as nobody, type PairDecisions } from './fold.ts';

interface Pair {
  readonly source: Entity;
  readonly target: Entity;
}

interface PairEntry extends Pair {
  readonly decisions: Record<string, Decision>;
}

const blank: Decision = { manual: null, verdict: null };

export class Decisions {
  #byPair = new Map<string, PairEntry>();
  #byEnd = new Map<Entity, Set<PairEntry>>();

  of(source: Entity, target: Entity): PairDecisions {
    if (this.#byPair.size === 0) return nobody;
    return this.#byPair.get(`${source}\0${target}`)?.decisions ?? nobody;
  }

  pairsAt(entity: Entity): Iterable<Pair> {
    return this.#byEnd.get(entity) ?? [];
  }

  sources(): Iterable<Entity> {
    return new Set(Array.from(this.#byPair.values(), ({ source }) => source));
  }

  targetsOf(source: Entity): readonly Entity[] {
    const pairs = this.#byEnd.get(source) ?? [];
    return [...pairs].filter((pair) => pair.source === source).map(({ target }) => target);
  }

  set(manual: readonly ManualLink[], reviews: readonly Review[]): void {
    this.#byPair = toEntries(manual, reviews);
    this.#byEnd = new Map();
    for (const entry of this.#byPair.values()) {
      for (const end of new Set([entry.source, entry.target])) {
        const pairs = this.#byEnd.get(end);
        if (pairs === undefined) this.#byEnd.set(end, new Set([entry]));
        else pairs.add(entry);
      }
    }
  }

  /** Pairs that are decided otherwise there. */
  *differencesTo(other: Decisions): Generator<Pair> {
    for (const [key, entry] of this.#byPair) if (!other.#byPair.has(key)) yield entry;
    for (const [key, entry] of other.#byPair) {
      if (!isSame(this.#byPair.get(key)?.decisions, entry.decisions)) yield entry;
    }
  }
}

const isSame = (one: PairDecisions | undefined, other: PairDecisions): boolean =>
  one !== undefined && JSON.stringify(one) === JSON.stringify(other);

function toEntries(manual: readonly ManualLink[], reviews: readonly Review[]): Map<string, PairEntry> {
  const entries = new Map<string, PairEntry>();
  const decide = (source: Entity, target: Entity, linkType: string, decision: Partial<Decision>): void => {
    const key = `${source}\0${target}`;
    const entry = entries.get(key) ?? { source, target, decisions: {} };
    entry.decisions[linkType] = { ...blank, ...entry.decisions[linkType], ...decision };
    entries.set(key, entry);
  };
  for (const { source, target, linkType, confidence, metadata } of manual) {
    decide(source, target, linkType, { manual: { confidence, metadata } });
  }
  for (const { featureId, sessionId, verdict } of reviews) {
    if (verdict === 'dismissed') continue;
    decide(toEntity('feature', featureId), toEntity('session', sessionId), 'related', { verdict });
  }
  return entries;
}
