/** Where a page of reviews ended, and in which project (OP6). */
import { z } from 'zod';
import { Timestamp } from '../../../shared/ids.ts';
import { invalid } from '../../http/validation.ts';

const Place = z.object({
  createdAt: Timestamp,
  id: z.string().regex(/^LR-[0-9a-f]{32}$/),
  projectId: z.string(),
});
export type ReviewPlace = z.infer<typeof Place>;

export function encodePlace(place: ReviewPlace): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Throws when it is garbage, or of another project. */
export function decodePlace(cursor: string | undefined, projectId: string): ReviewPlace | null {
  if (cursor === undefined) return null;
  const place = parse(cursor);
  if (place?.projectId === projectId) return place;
  throw invalid([{ path: 'query.cursor', reason: 'is not a cursor of this list' }]);
}

function parse(cursor: string): ReviewPlace | undefined {
  try {
    return Place.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
