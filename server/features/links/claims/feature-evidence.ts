/** What speaks for a feature when a session touches or names it (LK7). */
import { isVariant } from '../evidence/variants.ts';
import type { FeatureFacts } from '../facts.ts';
import type { LinkedDocument } from './linked-document.ts';
import type { Lookup } from './lookup.ts';
import { resolvePath } from './resolve.ts';

export interface FeatureEvidence {
  readonly paths: readonly string[];
  readonly aliases: readonly string[];
}

export const noEvidence: FeatureEvidence = { paths: [], aliases: [] };

export function gatherEvidence(feature: FeatureFacts, lookup: Lookup): FeatureEvidence {
  const { id, base, documentIds, tasks } = feature;
  const paths = new Set<string>();
  const aliases = new Set([id.toLowerCase(), base]);
  const names = (slug: string | undefined): slug is string =>
    slug !== undefined && (isVariant(slug, id) || isVariant(slug, base));
  for (const documentId of documentIds) {
    const document = lookup.document(documentId);
    if (document === undefined) continue;
    paths.add(document.path);
    if (names(document.slug)) aliases.add(document.slug);
    for (const referenced of referencesOf(document, lookup)) {
      if (!names(referenced.slug)) continue;
      paths.add(referenced.path);
      aliases.add(referenced.slug);
    }
  }
  for (const { sourcePath } of tasks) paths.add(sourcePath.normalize('NFC'));
  return { paths: [...paths].sort(), aliases: [...aliases].sort() };
}

function* referencesOf(document: LinkedDocument, lookup: Lookup): Iterable<LinkedDocument> {
  for (const reference of document.references) {
    if (reference.form !== 'path') continue;
    const resolution = resolvePath(reference.path, lookup);
    if (resolution.outcome === 'one') yield resolution.found;
  }
}
