/** Mounts a GET whose answer may be too large for one breath: read at one snapshot, sent in slices. */
import type { Route, RouteInput } from '../../shared/api/define.ts';
import { isMatch, parseRequest, type HttpKit, type ReadContext } from './serve-route.ts';
import type { Slices } from './slices.ts';
import { readSnapshot } from './snapshot.ts';

export interface SlicedReply {
  readonly slices: Slices;
  readonly headers: Readonly<Record<string, string>> & { readonly 'Content-Type': string };
}

/** Answers like `serveRead`: with `ETag` and `Sync-Head`, or 304 (GR8). */
export function serveSlices<R extends Route>(
  kit: HttpKit,
  route: R,
  read: (input: RouteInput<R>, context: ReadContext) => Promise<SlicedReply>,
): void {
  kit.app.get(route.path, async (c) => {
    const input = parseRequest(route, c, undefined);
    const header = (name: string, value: string) => c.header(name, value);
    const context = { actor: c.get('actor'), origin: c.get('origin'), signal: c.req.raw.signal, header };
    const { value, head } = await readSnapshot(kit, (tx) => read(input, { ...context, tx }));
    const etag = value.slices.toEtag();
    c.header('ETag', etag);
    c.header('Sync-Head', head);
    c.header('Cache-Control', 'private, no-cache');
    if (isMatch(c.req.header('if-none-match'), etag)) return c.body(null, 304);
    return c.body(value.slices.toStream(), 200, { ...value.headers });
  });
}
