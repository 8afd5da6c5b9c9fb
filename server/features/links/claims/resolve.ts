/** What a reference means: one thing, several, or none (LK2, LK5). */
import { findPathSlug, toBaseSlug } from '../../../../shared/slugs.ts';
import type { LinkedDocument } from './linked-document.ts';
import type { Lookup } from './lookup.ts';
import { baseNameOf } from './path-reference.ts';

export type Resolution<T> =
  | { readonly outcome: 'one'; readonly found: T }
  | { readonly outcome: 'several'; readonly candidates: readonly string[] }
  | { readonly outcome: 'none' };

const nothing: Resolution<never> = { outcome: 'none' };
const one = <T>(found: T): Resolution<T> => ({ outcome: 'one', found });

/** Exact, else the only path that ends with `/` and the reference. */
export function resolvePath(path: string, lookup: Lookup): Resolution<LinkedDocument> {
  const exact = lookup.documentAt(path);
  if (exact !== undefined) return one(exact);
  const ending = `/${path}`;
  const matches = lookup.documentsNamed(baseNameOf(path)).filter((other) => other.path.endsWith(ending));
  if (matches.length > 1) return { outcome: 'several', candidates: matches.map((match) => match.file) };
  return matches[0] === undefined ? nothing : one(matches[0]);
}

/**
 * The feature of that very name; else the only one of its base slug, if not both name a version: `a-v1` is not meant
 * by somebody who writes `a-v2`.
 */
export function resolveSlug(slug: string, lookup: Lookup): Resolution<string> {
  if (lookup.hasFeature(slug)) return one(slug);
  const base = toBaseSlug(slug);
  const matches = lookup.featuresOfBase(base).filter((feature) => slug === base || feature === base);
  if (matches.length > 1) return { outcome: 'several', candidates: matches };
  return matches[0] === undefined ? nothing : one(matches[0]);
}

/** The feature that a document stands for: the one its place names, the one it is a part of, or one by base slug. */
export function resolveFeatureOfPath(path: string, lookup: Lookup): Resolution<string> {
  const target = resolvePath(path, lookup);
  const document = target.outcome === 'one' ? target.found : undefined;
  const slug = document?.slug ?? findPathSlug({ path, entry: '.', type: '' });
  if (slug !== undefined && lookup.hasFeature(slug)) return one(slug);
  const owners = document === undefined ? [] : lookup.featuresOfDocument(document.id);
  if (owners.length > 1) return { outcome: 'several', candidates: owners };
  if (owners[0] !== undefined) return one(owners[0]);
  return slug === undefined ? nothing : resolveSlug(slug, lookup);
}
