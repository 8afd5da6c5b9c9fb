/** The features of a document that names none itself: those of the documents it references, one hop (LK2). */
import { toEntity } from '../link.ts';
import { confidenceOf, type Claim } from './claim.ts';
import type { LinkedDocument } from './linked-document.ts';

/** What a referenced document hands on: only links of its own, never inherited ones. */
export interface Legacy {
  readonly path: string;
  readonly features: readonly string[];
}

export function claimInherited(document: LinkedDocument, legacies: Iterable<Legacy>): readonly Claim[] {
  const via = new Map<string, string[]>();
  for (const { path, features } of legacies) {
    for (const feature of features) {
      const paths = via.get(feature);
      if (paths === undefined) via.set(feature, [path]);
      else paths.push(path);
    }
  }
  return Array.from(via, ([feature, paths], sortOrder) => ({
    source: document.entity,
    target: toEntity('feature', feature),
    linkType: 'related',
    strategy: 'referenced_document_inheritance' as const,
    confidence: confidenceOf.referenced_document_inheritance,
    sortOrder,
    detail: { via: paths },
  }));
}
