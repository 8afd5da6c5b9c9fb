/** `/documents/export`: the one route of documents that answers with a file instead of a view (EX1). */
import { exportDocuments } from '../../../shared/api/documents.ts';
import type { HttpKit } from '../../http/serve-route.ts';
import { serveSlices } from '../../http/serve-slices.ts';
import type { DocumentsOptions } from './documents-options.ts';
import { exportItems, type ExportFormat } from './export.ts';

const maxRows = 100_000;

const contentTypeOf: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

export function mountExport(kit: HttpKit, { findProject, clock }: DocumentsOptions): void {
  serveSlices(kit, exportDocuments, async ({ params, query }, { tx, signal }) => {
    const { format } = query;
    const project = await findProject(tx, params.slug);
    const { slices, isTruncated } = await exportItems(tx, project.id, query, { format, maxRows, signal });
    const day = clock.now().toISOString().slice(0, 10).replaceAll('-', '');
    return {
      slices,
      headers: {
        'Content-Type': contentTypeOf[format],
        'Content-Disposition': `attachment; filename="${params.slug}-${day}.${format}"`,
        ...(isTruncated ? { 'X-Truncated': 'true' } : {}),
      },
    };
  });
}
