/** `/documents/export`: the one route of documents that answers with a file instead of a view (EX1). */
import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { exportDocuments } from '../../../shared/api/documents.ts';
import type { RouteInput } from '../../../shared/api/define.ts';
import type { HttpEnv } from '../../http/http-env.ts';
import type { HttpKit } from '../../http/serve-route.ts';
import { readSnapshot } from '../../http/snapshot.ts';
import { invalid, parseInput } from '../../http/validation.ts';
import type { DocumentsOptions } from './documents-options.ts';
import { exportItems, type ExportFormat } from './export.ts';

const maxRows = 100_000;

const contentTypeOf: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

export function mountExport(kit: HttpKit, { findProject, clock }: DocumentsOptions): void {
  kit.app.get(exportDocuments.path, async (c) => {
    const { params, query } = parseExport(c);
    const { format } = query;
    const { value, head } = await readSnapshot(kit, async (tx) => {
      const project = await findProject(tx, params.slug);
      return await exportItems(tx, project.id, query, { format, maxRows, signal: c.req.raw.signal });
    });
    const etag = toEtag(value.slices);
    c.header('ETag', etag);
    c.header('Sync-Head', head);
    c.header('Cache-Control', 'private, no-cache');
    if (value.isTruncated) c.header('X-Truncated', 'true');
    if (c.req.header('if-none-match') === etag) return c.body(null, 304);
    const day = clock.now().toISOString().slice(0, 10).replaceAll('-', '');
    return c.body(toStream(value.slices), 200, {
      'Content-Type': contentTypeOf[format],
      'Content-Disposition': `attachment; filename="${params.slug}-${day}.${format}"`,
    });
  });
}

function parseExport(c: Context<HttpEnv>): RouteInput<typeof exportDocuments> {
  const { pathname, search, searchParams } = new URL(c.req.url);
  if (!isDecodable(pathname)) throw invalid([{ path: 'path', reason: 'has a broken percent-encoding' }]);
  if (!isDecodable(search)) throw invalid([{ path: 'query', reason: 'has a broken percent-encoding' }]);
  const parsed = parseInput({
    path: { schema: exportDocuments.params, value: c.req.param() },
    query: { schema: exportDocuments.query, value: Object.fromEntries(searchParams) },
  });
  return { params: parsed.path, query: parsed.query, body: undefined } as RouteInput<typeof exportDocuments>;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function toEtag(slices: readonly Uint8Array[]): string {
  const hash = createHash('sha1');
  for (const slice of slices) hash.update(slice);
  return `W/"${hash.digest('base64url')}"`;
}

function toStream(slices: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const rest = slices.values();
  return new ReadableStream({
    pull(controller) {
      const next = rest.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}
