/** What one entity may ask about the others. Every answer is a function of its key, so that askers can be told of changes. */
import type { LinkedDocument } from './linked-document.ts';

export interface Lookup {
  documentAt(path: string): LinkedDocument | undefined;
  /** In the order of their paths. */
  documentsNamed(baseName: string): readonly LinkedDocument[];
  document(id: string): LinkedDocument | undefined;
  /** DC4: the one that is meant when several own the id. */
  ownerOf(idKey: string): LinkedDocument | undefined;
  hasFeature(slug: string): boolean;
  featuresOfBase(base: string): readonly string[];
  featuresOfDocument(documentId: string): readonly string[];
  hasSession(id: string): boolean;
  /** Would a file at this path be a document? Never changes while a model lives. */
  covers(path: string): boolean;
}
