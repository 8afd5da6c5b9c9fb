/** A page of the documents list: events name what changed, not where it sorts now, so the page is read again. */
import type { DocumentItem, DocumentPage } from '../../../shared/views/document.ts';
import { foldBy, slugOf } from './fold.ts';
import type { Fold } from './fold.ts';

export const foldDocuments = (slug: string): Fold<DocumentPage> =>
  foldBy<DocumentPage>({
    'documents:changed': (page, event) => (slugOf(event) === slug ? 'reload' : page),
  });

/** Paths whose row is new or different: what the eye should find after a live change. */
export function changedPaths(
  before: readonly DocumentItem[],
  after: readonly DocumentItem[],
): ReadonlySet<string> {
  const seen = new Map(before.map((item) => [item.file_path, item]));
  const isChanged = (item: DocumentItem) => {
    const old = seen.get(item.file_path);
    return old === undefined || old.updated_at !== item.updated_at || old.title !== item.title;
  };
  return new Set(after.filter(isChanged).map((item) => item.file_path));
}
