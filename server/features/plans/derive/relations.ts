/** How features relate to each other (FT14), from what their documents name. */
import { toBaseSlug } from '../../../../shared/slugs.ts';
import type { FeatureRelation } from '../../../../shared/views/plan.ts';
import { compareText } from './feature.ts';
import type { PlanDocument } from './plan-document.ts';
import type { Reference, TypedReference } from './references.ts';

/** What the documents of one feature name, each once. */
export interface NamedKin {
  readonly id: string;
  readonly parents: readonly Reference[];
  readonly children: readonly Reference[];
  readonly blockers: readonly Reference[];
  readonly typed: readonly TypedReference[];
  /** Base slugs. */
  readonly families: readonly string[];
  readonly documentPaths: readonly string[];
}

export interface Surroundings {
  /** Slugs of features that differ by their version only. */
  peers(): Iterable<readonly string[]>;
  isFeature(slug: string): boolean;
  findNewest(slug: string): string | undefined;
  /** The document that a path means. */
  resolve(path: string): string | undefined;
  featureAt(path: string): string | undefined;
}

export function toNamedKin(id: string, documents: readonly PlanDocument[]): NamedKin {
  const keys = documents.map((document) => document.relations);
  const families = keys.flatMap(({ family }) => (family === null ? [] : [toBaseSlug(family)]));
  return {
    id,
    parents: keys.flatMap((key) => key.parents),
    children: keys.flatMap((key) => key.children),
    blockers: keys.flatMap((key) => key.blockers),
    typed: keys.flatMap((key) => key.typed),
    families: [...new Set(families)],
    documentPaths: [...new Set(keys.flatMap((key) => key.documentPaths))],
  };
}

/** FT14: what more features than these share says nothing about any two of them. */
const widest = 20;
/** Whoever has more kin than this has a category: every two of them would be a relation. */
const largestKin = 200;

/** Relations of all features at once; features without any are left out. */
export function relate(
  features: Iterable<NamedKin>,
  around: Surroundings,
): ReadonlyMap<string, readonly FeatureRelation[]> {
  const relations = new Relations();
  const [families, sharing] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  for (const peers of around.peers()) {
    if (peers.length <= largestKin) relations.addAll(peers, 'version_peer', 1);
  }
  for (const feature of features) {
    addNamed(relations, feature, around);
    for (const family of feature.families) addTo(families, family, feature.id);
    for (const named of feature.documentPaths) {
      const path = around.resolve(named);
      if (path !== undefined) addTo(sharing, path, feature.id);
    }
  }
  for (const peers of around.peers()) {
    const family = families.get(toBaseSlug(peers[0] ?? ''));
    if (family !== undefined) for (const peer of peers) family.add(peer);
  }
  for (const members of families.values()) {
    if (members.size <= largestKin) relations.addAll([...members], 'lineage_family', 0.9);
  }
  for (const features of sharing.values()) {
    if (features.size <= widest) relations.addAll([...features], 'shared_document_context', 0.65);
  }
  return relations.result();
}

function addNamed(
  relations: Relations,
  { id, parents, children, blockers, typed }: NamedKin,
  around: Surroundings,
) {
  for (const reference of parents) relations.addLineage(findFeature(reference, around), id);
  for (const reference of children) relations.addLineage(id, findFeature(reference, around));
  for (const reference of blockers) relations.add(id, 'blocked_by', findFeature(reference, around), 1);
  for (const { type, target, confidence } of typed) {
    relations.add(id, type, findFeature(target, around), confidence);
  }
}

/** A path belongs to the feature of its document; a slug means itself, else the newest of its base. */
function findFeature(reference: Reference, around: Surroundings): string | undefined {
  if (reference.kind === 'path') {
    const path = around.resolve(reference.path);
    return path === undefined ? undefined : around.featureAt(path);
  }
  return around.isFeature(reference.slug) ? reference.slug : around.findNewest(reference.slug);
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

class Relations {
  readonly #of = new Map<string, Map<string, FeatureRelation>>();

  add(from: string, type: string, to: string | undefined, confidence: number): void {
    if (to === undefined || to === from) return;
    const known = this.#of.get(from) ?? new Map<string, FeatureRelation>();
    this.#of.set(from, known);
    const key = `${type}\0${to}`;
    const held = known.get(key);
    if (held === undefined || held.confidence < confidence)
      known.set(key, { type, featureId: to, confidence });
  }

  addLineage(parent: string | undefined, child: string | undefined): void {
    if (parent === undefined || child === undefined) return;
    this.add(child, 'lineage_parent', parent, 1);
    this.add(parent, 'lineage_child', child, 1);
  }

  /** Every two of them. */
  addAll(ids: readonly string[], type: string, confidence: number): void {
    if (ids.length < 2) return;
    for (const from of ids) for (const to of ids) this.add(from, type, to, confidence);
  }

  result(): ReadonlyMap<string, readonly FeatureRelation[]> {
    return new Map(
      Array.from(this.#of, ([id, relations]) => [id, [...relations.values()].sort(compareRelations)]),
    );
  }
}

const compareRelations = (one: FeatureRelation, other: FeatureRelation): number =>
  other.confidence - one.confidence ||
  compareText(one.type, other.type) ||
  compareText(one.featureId, other.featureId);

export const areSameRelations = (
  one: readonly FeatureRelation[],
  other: readonly FeatureRelation[],
): boolean =>
  one.length === other.length &&
  one.every((relation, at) => {
    const held = other[at];
    return (
      relation.featureId === held?.featureId &&
      relation.type === held.type &&
      relation.confidence === held.confidence
    );
  });
