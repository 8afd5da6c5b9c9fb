/** `/api/v1/projects/{slug}/documents` and its neighbours (DC12 to DC16, EX1). */
import {
  listDocuments,
  readDocument,
  readRelated,
  readTree,
  resolveIds,
} from '../../../shared/api/documents.ts';
import { serveRead, type HttpKit } from '../../http/serve-route.ts';
import { readDetail } from './document-detail.ts';
import { listPage } from './document-list.ts';
import type { DocumentsOptions } from './documents-options.ts';
import { mountExport } from './export-route.ts';
import { readRelations } from './related.ts';
import { resolveSpellings } from './resolve.ts';
import { readBranch } from './tree.ts';

export function mountDocuments(kit: HttpKit, options: DocumentsOptions): void {
  const { findProject } = options;

  serveRead(kit, listDocuments, async ({ params, query }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    return await listPage(tx, id, query);
  });

  mountExport(kit, options);

  serveRead(kit, readDocument, async ({ params, query }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    const { type, docId } = params;
    return await readDetail(tx, id, { type, docId, path: query.path }, { withRaw: query.raw === '1' });
  });

  serveRead(kit, readRelated, async ({ params, query }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    const { type, docId } = params;
    return await readRelations(tx, id, { type, docId, path: query.path });
  });

  serveRead(kit, readTree, async ({ params, query }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    return await readBranch(tx, id, query.parent);
  });

  serveRead(kit, resolveIds, async ({ params, query }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    return await resolveSpellings(tx, id, query.ids);
  });
}
