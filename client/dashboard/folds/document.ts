/** One document on screen: changed on disk, moved, removed, or back again. */
import type { EventOf } from '../../../shared/events/index.ts';
import type { DocumentDetail } from '../../../shared/views/document.ts';
import { foldBy, slugOf } from './fold.ts';
import type { Fold } from './fold.ts';

export interface ShownDocument {
  readonly document: DocumentDetail;
  readonly fate:
    { readonly state: 'here' | 'removed' } | { readonly state: 'moved'; readonly to: DocumentPlace };
}

export interface DocumentPlace {
  readonly type: string;
  readonly docId: string;
  readonly path: string;
}

export const foldDocument = (slug: string): Fold<ShownDocument> =>
  foldBy<ShownDocument>({
    'documents:changed': (shown, event) => (slugOf(event) === slug ? take(shown, event.data) : shown),
    'project:removed': (shown, { data }) =>
      data.slug === slug ? { ...shown, fate: { state: 'removed' } } : shown,
  });

type Change = EventOf<'documents:changed'>['data'];

function take(shown: ShownDocument, { added, updated, removed }: Change): ShownDocument | 'reload' {
  const { file_path: path, doc_id: docId, type } = shown.document;
  const moved = updated.find((ref) => ref.movedFrom === path && ref.path !== path);
  if (moved !== undefined) {
    return {
      ...shown,
      fate: { state: 'moved', to: { type: moved.type, docId: moved.docId, path: moved.path } },
    };
  }
  if (removed.some((ref) => ref.path === path)) return { ...shown, fate: { state: 'removed' } };
  if ([...added, ...updated].some((ref) => ref.path === path)) return 'reload';
  // Another file of the same id came or went: the switch between them lists it.
  const isTwin = (ref: { type: string; docId: string }) => ref.type === type && ref.docId === docId;
  return [...added, ...removed].some(isTwin) ? 'reload' : shown;
}
