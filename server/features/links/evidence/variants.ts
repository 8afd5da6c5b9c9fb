/** LK7: which slugs name the same feature although they are spelled for a phase, an iteration or a version of it. */
import { toBaseSlug } from '../../../../shared/slugs.ts';

/** Does the slug name what the alias names? Both in lower case. */
export function isVariant(slug: string, alias: string): boolean {
  if (toBaseSlug(slug) === toBaseSlug(alias)) return true;
  return slug.startsWith(alias) && suffix.test(slug.slice(alias.length));
}

/** The keys that an alias of a feature is published under. */
export function toAliasKeys(alias: string): readonly string[] {
  return unique([alias, toBaseSlug(alias)]);
}

/** The keys under which the aliases stand that a slug is a variant of: itself, its base, what stands before a suffix. */
export function toVariantKeys(slug: string): readonly string[] {
  const stems = [...slug.matchAll(suffixes)].map(({ index }) => slug.slice(0, index));
  return unique([slug, toBaseSlug(slug), ...stems.filter((stem) => stem !== '')]);
}

const marker = String.raw`(?:-phase-|_phase_|-iter-|_iter_|-iteration-|-v)\d`;
const suffix = new RegExp(`^${marker}`);
const suffixes = new RegExp(`(?=${marker})`, 'g');

const unique = (keys: readonly string[]): readonly string[] => [...new Set(keys)];
