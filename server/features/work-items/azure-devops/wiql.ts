/** Queries of work items: whatever a title holds, it stays a text in the query (BR4, AZ6). */
import { TrackerFailure } from '../tracker.ts';

/** In single quotes, a quote doubled. */
export const toText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Midnight at the start of a day, a day early: days begin where the owner of the token lives. */
export const toDay = (at: Date): string => toText(new Date(at.getTime() - dayMs).toISOString().slice(0, 10));

export function toField(referenceName: string): string {
  if (/^[\p{L}\p{N}_. -]{1,128}$/u.test(referenceName)) return `[${referenceName}]`;
  throw new TrackerFailure(`"${referenceName}" cannot be the name of a field.`, {
    kind: 'rejected',
    isAmbiguous: false,
  });
}

/** One page by keyset: there is no other continuation, and `@project` is the project of the address (AZ7). */
export const toKeysetQuery = (conditions: readonly string[], after: number): string =>
  [
    'SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project',
    ...conditions,
    `[System.Id] > ${after} ORDER BY [System.Id]`,
  ].join(' AND ');

const dayMs = 86_400_000;
