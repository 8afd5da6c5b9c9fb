/** Live views of documents: a page of the list, one document, its relations and the ids it names. */
import type { DocumentPage, RelatedDocuments, ResolvedIds } from '../../../shared/views/document.ts';
import type { Caller } from '../../sdk/caller.ts';
import { toDocumentQuery, writeDocumentFilters } from '../address/document-filters.ts';
import type { DocumentFilters } from '../address/document-filters.ts';
import type { DocumentAddress } from '../address/paths.ts';
import { foldDocument } from '../folds/document.ts';
import type { ShownDocument } from '../folds/document.ts';
import { foldDocuments } from '../folds/documents.ts';
import { foldReferences } from '../folds/reading.ts';
import type { ViewSpec } from '../../sdk/store.ts';

export const documentsView = (
  caller: Caller,
  slug: string,
  filters: DocumentFilters,
): ViewSpec<DocumentPage> => ({
  key: `documents/${slug}?${writeDocumentFilters(filters).toString()}`,
  load: (signal) =>
    caller('listDocuments', { params: { slug }, query: toDocumentQuery(filters) }, { signal }),
  fold: foldDocuments(slug),
});

/** With the raw text, so that switching between text and source needs no request. */
export const documentView = (
  caller: Caller,
  slug: string,
  address: DocumentAddress,
): ViewSpec<ShownDocument> => ({
  key: `document/${slug}/${address.type}/${address.docId}?${address.path ?? ''}`,
  load: async (signal) => {
    const query = { ...pathOf(address), raw: '1' } as const;
    const { value, head } = await caller(
      'readDocument',
      { params: toParams(slug, address), query },
      { signal },
    );
    return { value: { document: value, fate: { state: 'here' } }, head };
  },
  fold: foldDocument(slug),
});

export const relatedView = (
  caller: Caller,
  slug: string,
  address: DocumentAddress,
): ViewSpec<RelatedDocuments> => ({
  key: `related/${slug}/${address.type}/${address.docId}?${address.path ?? ''}`,
  load: (signal) =>
    caller('readRelated', { params: toParams(slug, address), query: pathOf(address) }, { signal }),
  fold: foldReferences(slug),
});

export const resolvedIdsView = (
  caller: Caller,
  slug: string,
  ids: readonly string[],
): ViewSpec<ResolvedIds> => ({
  key: `resolve/${slug}/${ids.join(',')}`,
  load: (signal) => caller('resolveIds', { params: { slug }, query: { ids: ids.join(',') } }, { signal }),
  fold: foldReferences(slug),
});

const toParams = (slug: string, { type, docId }: DocumentAddress) => ({ slug, type, docId });
const pathOf = ({ path }: DocumentAddress) => (path === undefined ? {} : { path });
