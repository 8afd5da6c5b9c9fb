/** All claims of a project by the entity they begin at, and the links that changed since somebody last looked. */
import type { Claim } from '../claims/claim.ts';
import type { Entity, LinkKey } from '../link.ts';
import type { Unit } from './dependencies.ts';
import { foldPair, type FoldedLink, type PairDecisions } from './fold.ts';

interface Share {
  readonly unit: Unit;
  readonly claims: readonly Claim[];
}

export interface LinkChange {
  readonly key: LinkKey;
  readonly wasLive: boolean;
  readonly wasDecided: boolean;
  readonly after: FoldedLink | null;
}

type Fold = (
  source: Entity,
  target: Entity,
) => { readonly decisions: PairDecisions; readonly endsExist: boolean };

export class ClaimBook {
  readonly #bySource = new Map<Entity, Share[]>();
  readonly #sourcesOf = new Map<Unit, readonly Entity[]>();
  readonly #decisionsOf: Fold;
  /** Links as they were before the first change, by pair. */
  #touched = new Map<Entity, Map<Entity, readonly FoldedLink[]>>();
  /** Off while everything is read for the first time: nothing is compared with what was before. */
  isTracking = false;
  hasTouchedDependencies = false;

  constructor(decisionsOf: Fold) {
    this.#decisionsOf = decisionsOf;
  }

  sources(): Iterable<Entity> {
    return this.#bySource.keys();
  }

  *claimsOf(source: Entity): Iterable<Claim> {
    for (const { claims } of this.#bySource.get(source) ?? []) yield* claims;
  }

  /** In place of what the unit claimed before. Answers the claims that are new or gone. */
  replace(unit: Unit, claims: readonly Claim[]): readonly Claim[] {
    const bySource = new Map<Entity, Claim[]>();
    for (const source of this.#sourcesOf.get(unit) ?? []) bySource.set(source, []);
    for (const claim of claims) {
      const there = bySource.get(claim.source);
      if (there === undefined) bySource.set(claim.source, [claim]);
      else there.push(claim);
    }
    const changed: Claim[] = [];
    for (const [source, wanted] of bySource) changed.push(...this.#replaceAt(source, unit, wanted));
    const sources = [...bySource].filter(([, wanted]) => wanted.length > 0).map(([source]) => source);
    if (sources.length === 0) this.#sourcesOf.delete(unit);
    else this.#sourcesOf.set(unit, sources);
    return changed;
  }

  #replaceAt(source: Entity, unit: Unit, wanted: readonly Claim[]): readonly Claim[] {
    const shares = this.#bySource.get(source) ?? [];
    const at = shares.findIndex((share) => share.unit === unit);
    const before = at < 0 ? [] : shares[at]!.claims;
    const changed = before.length === 0 ? wanted : findChanged(before, wanted);
    if (changed.length === 0) return [];
    for (const { target, linkType } of changed) {
      this.touch(source, target);
      if (linkType === 'depends_on') this.hasTouchedDependencies = true;
    }
    if (wanted.length === 0) shares.splice(at, 1);
    else if (at < 0) shares.push({ unit, claims: wanted });
    else shares[at] = { unit, claims: wanted };
    if (shares.length === 0) this.#bySource.delete(source);
    else this.#bySource.set(source, shares);
    return changed;
  }

  /** To be called before whatever may change the links of the pair. */
  touch(source: Entity, target: Entity): void {
    if (!this.isTracking) return;
    let targets = this.#touched.get(source);
    if (targets === undefined) this.#touched.set(source, (targets = new Map()));
    if (!targets.has(target)) targets.set(target, this.fold(source, target));
  }

  fold(source: Entity, target: Entity): readonly FoldedLink[] {
    const claims: Claim[] = [];
    for (const claim of this.claimsOf(source)) if (claim.target === target) claims.push(claim);
    const { decisions, endsExist } = this.#decisionsOf(source, target);
    return foldPair({ source, target }, claims, decisions, endsExist);
  }

  /** All links that begin at one entity; `others` are targets of decisions that nothing else speaks for. */
  foldSource(source: Entity, others: Iterable<Entity>): readonly FoldedLink[] {
    const byTarget = new Map<Entity, Claim[]>();
    for (const target of others) byTarget.set(target, []);
    for (const claim of this.claimsOf(source)) {
      const there = byTarget.get(claim.target);
      if (there === undefined) byTarget.set(claim.target, [claim]);
      else there.push(claim);
    }
    const links: FoldedLink[] = [];
    for (const [target, claims] of byTarget) {
      const { decisions, endsExist } = this.#decisionsOf(source, target);
      links.push(...foldPair({ source, target }, claims, decisions, endsExist));
    }
    return links;
  }

  /** What has become of the pairs that were touched; they are forgotten with it. */
  *takeChanges(): Generator<LinkChange> {
    const touched = this.#touched;
    this.#touched = new Map();
    for (const [source, targets] of touched) {
      for (const [target, before] of targets) yield* compare(before, this.fold(source, target));
    }
  }
}

function* compare(before: readonly FoldedLink[], after: readonly FoldedLink[]): Generator<LinkChange> {
  const left = new Map(before.map((link) => [link.linkType, link]));
  for (const link of after) {
    const old = left.get(link.linkType);
    left.delete(link.linkType);
    const isSame = old !== undefined && old.digest === link.digest && old.isLive === link.isLive;
    if (!isSame) yield toChange(link, old, link);
  }
  for (const old of left.values()) yield toChange(old, old, null);
}

const toChange = (key: LinkKey, before: FoldedLink | undefined, after: FoldedLink | null): LinkChange => ({
  key,
  wasLive: before?.isLive ?? false,
  wasDecided: (before?.decision ?? null) !== null,
  after,
});

/** Claims that only one of the lists holds; equal ones need no look at their links. */
function findChanged(before: readonly Claim[], after: readonly Claim[]): readonly Claim[] {
  const left = new Map(before.map((claim) => [toText(claim), claim]));
  const changed: Claim[] = [];
  for (const claim of after) if (!left.delete(toText(claim))) changed.push(claim);
  return [...changed, ...left.values()];
}

const toText = ({ target, linkType, strategy, confidence, sortOrder, detail }: Claim): string =>
  JSON.stringify([target, linkType, strategy, confidence, sortOrder, detail]);
