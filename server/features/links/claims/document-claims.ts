/** What one document says about its links: to features, to other documents, to sessions (LK2 to LK6, LK15, LK16). */
import type { UnresolvedReason } from '../../../../shared/views/link.ts';
import { toEntity, type Entity } from '../link.ts';
import { confidenceOf, type Claim, type Detail, type Strategy } from './claim.ts';
import { claimEdges } from './edge-claims.ts';
import type { FrontMatterReference } from './front-matter-references.ts';
import type { LinkedDocument } from './linked-document.ts';
import type { Lookup } from './lookup.ts';
import { claimMentions } from './mention-claims.ts';
import { resolveFeatureOfPath, resolvePath, resolveSlug, type Resolution } from './resolve.ts';
import type { Unresolved } from './unresolved.ts';

export interface DocumentClaims {
  readonly claims: readonly Claim[];
  readonly unresolved: readonly Unresolved[];
  /** Features it is linked to by itself, for those that inherit from it. */
  readonly features: readonly string[];
  /** Ids of the documents that its front matter references, in order. */
  readonly documents: readonly string[];
}

/** A claim under construction: one target may be named several times. */
interface Draft {
  readonly target: Entity;
  readonly linkType: string;
  readonly strategy: Strategy;
  confidence: number;
  readonly refs: { readonly key: string; readonly value: string }[];
  detail: Detail;
}

export function claimDocument(document: LinkedDocument, lookup: Lookup): DocumentClaims {
  const unresolved: Unresolved[] = [];
  const owned = new Drafts();
  const mentioned = new Drafts();
  const documents = new Drafts();
  const sessions = new Drafts();
  for (const reference of document.references) {
    switch (reference.form) {
      case 'session':
        addSession(reference, lookup, sessions, unresolved);
        break;
      case 'outside':
        if (reference.use !== 'file') unresolved.push(toUnresolved(reference, 'outside'));
        break;
      case 'path':
        addDocument(document, reference, lookup, documents, unresolved);
        addFeature(reference, resolveFeatureOfPath(reference.path, lookup), { owned, mentioned }, unresolved);
        break;
      case 'slug':
        addFeature(
          reference,
          resolveName(document, reference.slug, lookup),
          { owned, mentioned },
          unresolved,
        );
        break;
    }
  }
  for (const target of owned.targets()) mentioned.drop(target);
  const features = [...owned.values(), ...claimPlace(document, owned, lookup), ...mentioned.values()];
  const edges = claimEdges(document, lookup);
  const mentions = claimMentions(document, edges.claims, lookup);
  const drafts = [...features, ...documents.values(), ...sessions.values()];
  return {
    claims: [
      ...drafts.map((draft, sortOrder) => toClaim(document.entity, draft, sortOrder)),
      ...edges.claims,
      ...mentions.claims,
    ],
    unresolved: [...unresolved, ...edges.unresolved, ...mentions.unresolved],
    features: [...new Set(features.map(({ target }) => target.slice('feature:'.length)))],
    documents: [...documents.targets()].map((target) => target.slice('document:'.length)),
  };
}

class Drafts {
  readonly #byTarget = new Map<Entity, Draft>();

  add(target: Entity, strategy: Strategy, { key, value, typed }: FrontMatterReference): void {
    const known = this.#byTarget.get(target);
    const limit = confidenceOf[strategy];
    const confidence = Math.min(typed?.confidence ?? limit, limit);
    const ref = { key, value, ...typed };
    if (known === undefined) {
      const refs = [ref];
      this.#byTarget.set(target, {
        target,
        linkType: 'related',
        strategy,
        confidence,
        refs,
        detail: { refs },
      });
      return;
    }
    known.refs.push(ref);
    known.confidence = Math.max(known.confidence, confidence);
  }

  drop(target: Entity): void {
    this.#byTarget.delete(target);
  }

  has(target: Entity): boolean {
    return this.#byTarget.has(target);
  }

  get size(): number {
    return this.#byTarget.size;
  }

  targets(): Iterable<Entity> {
    return this.#byTarget.keys();
  }

  values(): Iterable<Draft> {
    return this.#byTarget.values();
  }
}

function toClaim(
  source: Entity,
  { target, linkType, strategy, confidence, detail }: Draft,
  sortOrder: number,
): Claim {
  return { source, target, linkType, strategy, confidence, sortOrder, detail };
}

function addSession(
  reference: FrontMatterReference & { readonly form: 'session' },
  lookup: Lookup,
  sessions: Drafts,
  unresolved: Unresolved[],
): void {
  const { session } = reference;
  if (lookup.hasSession(session))
    sessions.add(toEntity('session', session), 'explicit_session_ref', reference);
  else unresolved.push(toUnresolved(reference, 'no_match'));
}

function addDocument(
  { id }: LinkedDocument,
  reference: FrontMatterReference & { readonly form: 'path' },
  lookup: Lookup,
  documents: Drafts,
  unresolved: Unresolved[],
): void {
  const resolution = resolvePath(reference.path, lookup);
  if (resolution.outcome === 'several')
    unresolved.push(toUnresolved(reference, 'ambiguous', resolution.candidates));
  // What the index does not cover may well exist.
  else if (resolution.outcome === 'none') {
    if (lookup.covers(reference.path)) unresolved.push(toUnresolved(reference, 'no_match'));
  } else if (resolution.found.id !== id)
    documents.add(resolution.found.entity, 'document_ref_path', reference);
}

/** Of several versions the one is meant whose own folder or file name the document stands in. */
function resolveName({ place }: LinkedDocument, slug: string, lookup: Lookup): Resolution<string> {
  const resolution = resolveSlug(slug, lookup);
  if (resolution.outcome !== 'several' || place === undefined) return resolution;
  return resolution.candidates.includes(place) ? { outcome: 'one', found: place } : resolution;
}

/** LK2: only an ownership key makes a document the feature's own; everything else mentions it. */
function addFeature(
  reference: FrontMatterReference,
  resolution: Resolution<string>,
  { owned, mentioned }: { owned: Drafts; mentioned: Drafts },
  unresolved: Unresolved[],
): void {
  const isOwnership = reference.use === 'feature' || reference.use === 'plan';
  if (resolution.outcome === 'one') {
    const target = toEntity('feature', resolution.found);
    if (isOwnership) owned.add(target, 'explicit_frontmatter_ref', reference);
    else if (reference.use !== 'lineage') mentioned.add(target, 'mentioned_feature_ref', reference);
    return;
  }
  // A path is missed as a document already; a word may mean something else than a feature.
  if (reference.form !== 'slug' || !reference.isSurelyFeature) return;
  if (resolution.outcome === 'none') unresolved.push(toUnresolved(reference, 'no_match'));
  else unresolved.push(toUnresolved(reference, 'ambiguous', resolution.candidates));
}

/** LK2: the place of the document says what nobody declared. */
function claimPlace(document: LinkedDocument, owned: Drafts, lookup: Lookup): Draft[] {
  const { slug } = document;
  if (slug === undefined || owned.size > 0) return [];
  const resolution = resolveName(document, slug, lookup);
  if (resolution.outcome !== 'one') return [];
  const target = toEntity('feature', resolution.found);
  const strategy = 'path_feature_hint';
  const confidence = confidenceOf[strategy];
  return [{ target, linkType: 'related', strategy, confidence, refs: [], detail: { slug } }];
}

const toUnresolved = (
  { key, value }: FrontMatterReference,
  reason: UnresolvedReason,
  candidates: readonly string[] = [],
): Unresolved => ({ key, value: value.slice(0, 1000), reason, candidates: candidates.slice(0, 20) });
