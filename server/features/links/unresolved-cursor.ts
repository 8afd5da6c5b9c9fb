/** Where a page of unresolved references ended, and in which project (OP6). */
import { z } from 'zod';
import { invalid } from '../../http/validation.ts';
import type { UnresolvedPlace } from './link-queries.ts';

const Cursor = z.object({
  place: z.tuple([z.string(), z.string(), z.string().regex(/^\d{1,9}$/)]),
  projectId: z.string(),
});

export function encodeUnresolved(place: UnresolvedPlace, projectId: string): string {
  return Buffer.from(JSON.stringify({ place, projectId })).toString('base64url');
}

/** Throws when it is garbage, or of another project. */
export function decodeUnresolved(cursor: string | undefined, projectId: string): UnresolvedPlace | null {
  if (cursor === undefined) return null;
  const parsed = parse(cursor);
  if (parsed?.projectId === projectId && !parsed.place.some((part) => part.includes('\0')))
    return parsed.place;
  throw invalid([{ path: 'query.cursor', reason: 'is not a cursor of this list' }]);
}

function parse(cursor: string): z.infer<typeof Cursor> | undefined {
  try {
    return Cursor.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
