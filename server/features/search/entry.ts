/** What is searched of one thing, and by how much each part of it weighs (SR6). */
import { createHash } from 'node:crypto';
import type { SearchKind } from '../../../shared/views/search.ts';
import type { Pacer } from '../../platform/pacer.ts';
import { findIdWords, toIdWord } from './id-words.ts';
import { VectorWriter, type Weight } from './vectors.ts';
import { splitWords } from './words.ts';

/** A thing with its text, whatever it is. */
export interface Searchable {
  readonly kind: SearchKind;
  readonly entityId: string;
  readonly docId: string;
  readonly type: string;
  readonly title: string;
  readonly status: string | null;
  readonly owner: string | null;
  readonly epic: string | null;
  readonly filePath: string | null;
  readonly refId: string | null;
  readonly subjectId: string | null;
  readonly aliases: readonly string[];
  /** Values by key, as they are shown when nothing but they was found. */
  readonly facts: Readonly<Record<string, readonly string[]>>;
  readonly text: string;
}

/** A thing in the notation of the database. */
export interface EntryVectors {
  /** Names, headings and facts: small enough to rank every hit by. */
  readonly head: string;
  /** All of it, the text as `D`; a long text takes several. */
  readonly parts: readonly string[];
}

/** A piece of text is taken apart in one go; it ends where no word does. */
const pieceLength = 32_768;

export async function toVectors(thing: Searchable, pacer: Pacer): Promise<EntryVectors> {
  const { docId, refId, aliases, title, facts, text } = thing;
  const ids = [docId, refId ?? '', ...aliases];
  const headings = text.match(/^#{1,6}[ \t].*$/gm) ?? [];
  const factLines = toFactLines(facts);
  const head = new VectorWriter();
  // Twice: an id outranks a title, and there are but four weights.
  for (const names of [ids, ids, [title]]) writeValues(head, names, 'A');
  writeValues(head, headings, 'B');
  writeValues(head, factLines, 'C');

  const parts = new VectorWriter();
  writeValues(parts, [...ids, title, ...factLines], 'A');
  parts.break();
  const idWords: string[] = [];
  for (const piece of toPieces(text)) {
    parts.add(splitWords(piece), 'D');
    idWords.push(...findIdWords(piece));
    if (pacer.isDue()) await pacer.rest();
  }
  // After the text, lest they stand between its words.
  parts.break();
  parts.add(idWords, 'D');
  return { head: head.finish()[0]!, parts: parts.finish() };
}

/** The last word of one value and the first of the next are no phrase. */
function writeValues(writer: VectorWriter, texts: readonly string[], weight: Weight): void {
  for (const text of texts) {
    writer.break();
    writer.add(splitWords(text), weight);
    writer.break();
    writer.add(findIdWords(text), weight);
  }
}

export function* toPieces(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const to = from + pieceLength >= text.length ? text.length : toGap(text, from + pieceLength);
    yield text.slice(from, to);
    from = to;
  }
}

/** Where words surely end. A run without any blank is cut, for nobody looks for it as a word. */
function toGap(text: string, near: number): number {
  for (let at = near; at > near - pieceLength / 2; at -= 1) {
    const code = text.charCodeAt(at);
    if (code === 32 || code === 10) return at;
  }
  return near;
}

export const toFactLines = (facts: Searchable['facts']): string[] =>
  Object.entries(facts).map(([key, values]) => `${key}: ${values.join('; ')}`);

/** Ids it owns and ids it is about, in the one spelling that search compares. */
export const toIdWords = (ids: readonly (string | null)[]): string[] =>
  ids.flatMap((id) => (id === null ? [] : (toIdWord(id) ?? [])));

/** Higher whenever equal things are to be indexed differently. */
export const indexVersion = 2;

/** Of everything an entry is made of; `textHash` stands for the text. */
export function toDigest(thing: Omit<Searchable, 'text'>, textHash: string): string {
  return createHash('sha256')
    .update(JSON.stringify([indexVersion, thing, textHash]))
    .digest('base64url')
    .slice(0, 22);
}
