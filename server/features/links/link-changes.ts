/** What is to be written so that the stored links are those of the model (LK18). */
import type { Pacer } from '../../platform/pacer.ts';
import type { FeatureEvidence } from './claims/feature-evidence.ts';
import { toLinkId, type LinkKey } from './link.ts';
import type { DecidedRow, DocumentUnresolved, LinkRow, LinkWrites } from './link-store.ts';
import { toAutoBody, toBody, type FoldedLink } from './model/fold.ts';
import type { LinkModel } from './model/link-model.ts';

export interface LinkCounts {
  created: number;
  updated: number;
  removed: number;
}

export interface LinkChanges extends LinkWrites {
  /** Of automatic and declared links (OP15). */
  readonly counts: LinkCounts;
  /** Links more than before, manual ones included. */
  readonly growth: number;
}

interface Former {
  readonly wasStored: boolean;
  readonly wasDecided: boolean;
}

class Collector implements LinkChanges {
  readonly written: LinkRow[] = [];
  readonly removed: string[] = [];
  readonly decided: DecidedRow[] = [];
  readonly undecided: string[] = [];
  readonly counts: LinkCounts = { created: 0, updated: 0, removed: 0 };
  growth = 0;
  readonly #model: LinkModel;

  constructor(model: LinkModel) {
    this.#model = model;
  }

  /** `wasStored` is a live row before this change, `wasDecided` a row of what a decision stood before. */
  write(id: string, link: FoldedLink, { wasStored, wasDecided }: Former): void {
    const auto = toAutoBody(link, (claim) => this.#model.contentOf(claim));
    if (link.decision !== null && auto !== null) {
      this.decided.push({ id, auto, autoDigest: link.autoDigest! });
    } else if (wasDecided) {
      this.undecided.push(id);
    }
    const body = link.isLive ? toBody(link, auto) : null;
    if (body === null) {
      if (wasStored) this.remove(id);
      return;
    }
    const { source, target, linkType, digest } = link;
    this.written.push({ id, source, target, linkType, body, digest });
    if (!wasStored) this.growth += 1;
    if (body.origin !== 'manual') this.counts[wasStored ? 'updated' : 'created'] += 1;
  }

  remove(id: string): void {
    this.removed.push(id);
    this.counts.removed += 1;
    this.growth -= 1;
  }
}

const toId = (model: LinkModel, key: LinkKey): string => toLinkId(model.projectId, key);

/** Only what changed since the model was last in step with the rows. */
export async function collectChanges(model: LinkModel, pacer: Pacer): Promise<LinkChanges> {
  const collector = new Collector(model);
  for (const { key, wasLive, wasDecided, after } of model.takeChanges()) {
    const id = toId(model, key);
    if (after !== null) collector.write(id, after, { wasStored: wasLive, wasDecided });
    else {
      if (wasLive) collector.remove(id);
      if (wasDecided) collector.undecided.push(id);
    }
    if (pacer.isDue()) await pacer.rest();
  }
  return collector;
}

export interface StoredDigests {
  readonly links: ReadonlyMap<string, { readonly digest: string; readonly isManual: boolean }>;
  readonly decided: ReadonlyMap<string, string>;
}

/** Everything, compared with what is stored. */
export async function collectAll(
  model: LinkModel,
  stored: StoredDigests,
  pacer: Pacer,
): Promise<{ readonly changes: LinkChanges; readonly total: number }> {
  const collector = new Collector(model);
  const seen = new Set<string>();
  const decided = new Set<string>();
  let total = 0;
  for (const source of model.sources()) {
    for (const link of model.linksFrom(source)) {
      const id = toId(model, link);
      const before = stored.links.get(id);
      if (link.isLive) {
        total += 1;
        seen.add(id);
      }
      if (link.decision !== null) decided.add(id);
      if (isStored(link, before?.digest, stored.decided.get(id))) continue;
      collector.write(id, link, { wasStored: before !== undefined, wasDecided: stored.decided.has(id) });
      seen.add(id);
    }
    if (pacer.isDue()) await pacer.rest();
  }
  for (const id of stored.links.keys()) if (!seen.has(id)) collector.remove(id);
  for (const id of stored.decided.keys()) if (!decided.has(id)) collector.undecided.push(id);
  return { changes: collector, total };
}

function isStored(link: FoldedLink, digest: string | undefined, decided: string | undefined): boolean {
  const wanted = link.decision === null ? undefined : (link.autoDigest ?? undefined);
  return (link.isLive ? digest === link.digest : digest === undefined) && decided === wanted;
}

export function toUnresolved(model: LinkModel, documentId: string): DocumentUnresolved {
  const path = model.document(documentId)?.file ?? '';
  return { documentId, path, rows: path === '' ? [] : model.unresolvedOf(documentId) };
}

export function toEvidence(
  model: LinkModel,
  features: Iterable<string>,
): ReadonlyMap<string, FeatureEvidence | undefined> {
  return new Map(Array.from(features, (id) => [id, model.evidenceOf(id)]));
}
