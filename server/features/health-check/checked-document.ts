/** One document as the rules of the health check see it. */

export interface CheckedDocument {
  readonly path: string;
  readonly entry: string;
  readonly docId: string;
  readonly type: string;
  readonly title: string;
  /** The id it owns. */
  readonly refId: string | null;
  /** The id it is about, when it owns none (DC3). */
  readonly subjectId: string | null;
  readonly status: string | null;
  readonly isTerminal: boolean;
  readonly hasOwner: boolean;
  readonly hasPriority: boolean;
  readonly hasStoryPoints: boolean;
  readonly epic: string | null;
  readonly story: string | null;
  /** As `toIdKey` spells them: all that its fields name, not only the first. */
  readonly namedEpics: readonly string[];
  readonly namedStories: readonly string[];
  /** A story whose epic is said in words, or in the text instead of the header. */
  readonly mentionsEpic: boolean;
  readonly archived: boolean;
  readonly contentLength: number;
  readonly fileDateMs: number | null;
}

/** Equal for all spellings of one id: neither case nor `-` counts (DC3). */
export const toIdKey = (id: string): string => id.replaceAll('-', '').toUpperCase();

/** Every id that stands in the text, as `toIdKey` spells it. */
export function findIdKeys(text: string): string[] {
  const ids = text.match(/(?<![A-Za-z0-9])[A-Za-z]{1,10}-?\d{4,}(?![A-Za-z0-9])|[A-Z]{1,10}-[0-9A-Z]{8,}/g);
  return (ids ?? []).map(toIdKey);
}

/** A file in another family's folder speaks of that id and is not the thing itself (DC3). */
export const isAbout = ({ refId, subjectId }: CheckedDocument): boolean =>
  refId === null && subjectId !== null;

/** What a message calls it. */
export const nameOf = ({ refId, path }: CheckedDocument): string => refId ?? path;
