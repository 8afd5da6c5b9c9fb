/** Opaque cursors of lists: where the last page ended, and for which filter it was made (OP6, DR1). */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CleanText } from '../../shared/api/params.ts';
import { AppError } from '../../shared/failure.ts';

const Position = z.object({ after: z.array(CleanText), filter: z.string() });

export function encodeCursor(after: readonly string[], filter: unknown): string {
  return Buffer.from(JSON.stringify({ after, filter: digest(filter) })).toString('base64url');
}

/** Throws when the cursor is garbage, or was made for another filter. */
export function decodeCursor(
  cursor: string | undefined,
  filter: unknown,
  /** Whether a page can end there: for lists whose places have a shape of their own. */
  isPlace: (after: readonly string[]) => boolean = () => true,
): readonly string[] | null {
  if (cursor === undefined) return null;
  const position = parse(cursor);
  if (position !== undefined && position.filter === digest(filter) && isPlace(position.after))
    return position.after;
  const reason = 'is not a cursor of this list';
  const details = [{ path: 'query.cursor', reason }];
  throw new AppError('VALIDATION_ERROR', `query.cursor: ${reason}`, { details });
}

function parse(cursor: string): z.infer<typeof Position> | undefined {
  try {
    return Position.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))).data;
  } catch {
    // Text that is no JSON is no cursor either.
    return undefined;
  }
}

const digest = (filter: unknown): string =>
  createHash('sha256').update(JSON.stringify(filter)).digest('base64url').slice(0, 12);
