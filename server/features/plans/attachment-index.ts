/**
 * Which document belongs to which feature, kept up to date: a document looks again when a slug of one of its base slugs
 * or a file of one of its names has changed in a round before its own (FT15). So one pass over the rounds is enough.
 */
import type { Pacer } from '../../platform/pacer.ts';
import { compareNewestFirst, toBaseSlug } from '../../../shared/slugs.ts';
import {
  findAttachment,
  toRound,
  toStem,
  type Attachment,
  type DocumentPaths,
  type KnownFeatures,
  type Round,
} from './derive/attach.ts';
import type { AttachmentKeys } from './derive/plan-document.ts';
import { nameOf } from './path-index.ts';

interface Held {
  readonly id: string;
  readonly keys: AttachmentKeys;
  readonly topics: readonly string[];
  round: Round;
  attachment: Attachment | undefined;
}

const rounds: readonly Round[] = [0, 1, 2, 3];

export class AttachmentIndex {
  readonly #paths: DocumentPaths & { idAt(path: string): string | undefined };
  readonly #held = new Map<string, Held>();
  /** Documents by what they ask for. */
  readonly #askers = new Map<string, Set<Held>>();
  /** How many documents make a feature, by round. */
  readonly #makers = new Map<string, [number, number, number, number]>();
  readonly #byBase = new Map<string, string[]>();
  readonly #dirty: readonly Set<Held>[] = rounds.map(() => new Set());
  #changed = new Map<string, string | undefined>();

  constructor(paths: DocumentPaths & { idAt(path: string): string | undefined }) {
    this.#paths = paths;
  }

  featureOf(id: string): string | undefined {
    return this.#held.get(id)?.attachment?.feature;
  }

  /** Slugs of the features that differ by their version only, newest first. */
  peers(): Iterable<readonly string[]> {
    return this.#byBase.values();
  }

  findNewest(slug: string): string | undefined {
    return this.#byBase.get(toBaseSlug(slug))?.[0];
  }

  isFeature(slug: string): boolean {
    return this.#makers.has(slug);
  }

  /** Undefined keys: the document is no more. */
  put(id: string, keys: AttachmentKeys | undefined): void {
    const before = this.#held.get(id);
    if (before !== undefined) this.#drop(before);
    if (keys === undefined) return;
    const held: Held = { id, keys, topics: toTopics(keys), round: 3, attachment: undefined };
    this.#held.set(id, held);
    for (const topic of held.topics) addTo(this.#askers, topic, held);
    held.round = toRound(keys, this.#paths);
    this.#dirty[held.round]?.add(held);
  }

  /** A path came, went, or leads to a document of another type. */
  notePath(path: string): void {
    for (const asker of this.#askers.get(`name:${nameOf(path)}`) ?? []) this.#review(asker);
  }

  /** Documents whose feature is another one than the last time, with the former. */
  async settle(pacer: Pacer): Promise<ReadonlyMap<string, string | undefined>> {
    for (const round of rounds) {
      const known = this.#toKnown(round);
      for (const held of this.#dirty[round] ?? []) {
        this.#attach(held, findAttachment(held.keys, round, known, this.#paths));
        if (pacer.isDue()) await pacer.rest();
      }
      this.#dirty[round]?.clear();
    }
    const changed = this.#changed;
    this.#changed = new Map();
    for (const [id, former] of changed) if (this.featureOf(id) === former) changed.delete(id);
    return changed;
  }

  #toKnown(round: Round): KnownFeatures {
    const isVisible = (feature: string) => this.#firstRound(feature) < round;
    return {
      isFeature: isVisible,
      findNewest: (slug) => this.#byBase.get(toBaseSlug(slug))?.find(isVisible),
      featureAt: (path) => {
        const held = this.#held.get(this.#paths.idAt(path) ?? '');
        return held !== undefined && held.round < round ? held.attachment?.feature : undefined;
      },
    };
  }

  #firstRound(feature: string): number {
    const makers = this.#makers.get(feature);
    return makers === undefined ? rounds.length : makers.findIndex((count) => count > 0);
  }

  /** Whether it is a plan may depend on what lies beside it. */
  #review(held: Held): void {
    const round = toRound(held.keys, this.#paths);
    if (round !== held.round) {
      this.#dirty[held.round]?.delete(held);
      this.#attach(held, undefined);
      held.round = round;
    }
    this.#dirty[round]?.add(held);
  }

  #drop(held: Held): void {
    this.#attach(held, undefined);
    this.#dirty[held.round]?.delete(held);
    this.#held.delete(held.id);
    for (const topic of held.topics) removeFrom(this.#askers, topic, held);
  }

  #attach(held: Held, attachment: Attachment | undefined): void {
    const before = held.attachment;
    if (before?.feature === attachment?.feature && before?.isMaker === attachment?.isMaker) return;
    if (!this.#changed.has(held.id)) this.#changed.set(held.id, before?.feature);
    held.attachment = attachment;
    if (before?.isMaker === true) this.#countMaker(before.feature, held.round, -1);
    if (attachment?.isMaker === true) this.#countMaker(attachment.feature, held.round, 1);
    if (before?.feature !== attachment?.feature) this.#wake(`name:${nameOf(held.keys.path)}`, held.round);
  }

  #countMaker(feature: string, round: Round, by: number): void {
    const former = this.#firstRound(feature);
    const makers = this.#makers.get(feature) ?? [0, 0, 0, 0];
    makers[round] += by;
    const isGone = makers.every((count) => count === 0);
    if (isGone) this.#makers.delete(feature);
    else this.#makers.set(feature, makers);
    const now = this.#firstRound(feature);
    if (former === now) return;
    if (former === rounds.length || isGone) this.#listPeer(feature, !isGone);
    this.#wake(`base:${toBaseSlug(feature)}`, round);
  }

  #listPeer(feature: string, isThere: boolean): void {
    const base = toBaseSlug(feature);
    const peers = (this.#byBase.get(base) ?? []).filter((peer) => peer !== feature);
    if (isThere) peers.push(feature);
    if (peers.length > 1) peers.sort(compareNewestFirst);
    if (peers.length === 0) this.#byBase.delete(base);
    else this.#byBase.set(base, peers);
  }

  /** Those of later rounds look again. */
  #wake(topic: string, round: Round): void {
    for (const asker of this.#askers.get(topic) ?? []) {
      if (asker.round > round) this.#dirty[asker.round]?.add(asker);
    }
  }
}

/** Everything a document may ask for, whatever the answers. */
function toTopics({
  type,
  path,
  stem,
  declared,
  pathSlug,
  progressFolder,
  features,
  prds,
  plans,
}: AttachmentKeys) {
  const topics = new Set<string>();
  for (const slug of [stem, declared, pathSlug, progressFolder]) {
    if (slug !== undefined) topics.add(`base:${toBaseSlug(slug)}`);
  }
  for (const reference of [...features, ...prds, ...plans]) {
    if (reference.kind === 'slug') topics.add(`base:${toBaseSlug(reference.slug)}`);
    else topics.add(`name:${nameOf(reference.path)}`).add(`base:${toBaseSlug(toStem(reference.path))}`);
  }
  if ((type === 'prd' || type === 'progress') && stem !== 'readme') return [...topics];
  for (const folder of path.split('/').slice(0, -1)) topics.add(`name:${folder}.md`);
  return [...topics];
}

function addTo<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

function removeFrom<T>(sets: Map<string, Set<T>>, key: string, value: T): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}
