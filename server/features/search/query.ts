/** Reads what people type (SR3). Nothing is a syntax error, and nothing but quotes, `*` and a leading `-` is an operator. */
import { toIdWord } from './id-words.ts';
import { findWords } from './words.ts';

/** Words that stand side by side; one alone is a phrase of one. */
export interface Phrase {
  readonly words: readonly string[];
  /** The last word is only the beginning of one. */
  readonly isPrefix: boolean;
  /** Set for a bare word that is an id: it is found in any spelling. */
  readonly idWord: string | null;
  /** In quotes, or made of parts: not loosened when nothing is found (SR4). */
  readonly isBare: boolean;
}

export interface SearchQuery {
  readonly wanted: readonly Phrase[];
  readonly unwanted: readonly Phrase[];
  /** Set when the query is one id and nothing else (SR7). */
  readonly id: string | null;
}

const term = /(-?)(?:"([^"]*)(?:"|$)|([^\s"]+))/gu;
const shortestPrefix = 2;

export function parseQuery(text: string): SearchQuery {
  const wanted: Phrase[] = [];
  const unwanted: Phrase[] = [];
  for (const [, minus, quoted, bare] of text.matchAll(term)) {
    const phrase = quoted === undefined ? toBare(bare ?? '') : toPhrase(quoted, false);
    if (phrase !== null) (minus === '-' ? unwanted : wanted).push(phrase);
  }
  return { wanted, unwanted, id: toIdWord(text) };
}

function toBare(text: string): Phrase | null {
  const phrase = toPhrase(text, true);
  if (phrase === null) return null;
  return { ...phrase, isBare: phrase.words.length === 1 && !phrase.isPrefix, idWord: toIdWord(text) };
}

function toPhrase(text: string, isBare: boolean): Phrase | null {
  const words = Array.from(findWords(text), ({ word }) => word);
  const last = words.at(-1);
  if (last === undefined) return null;
  // Also `auth*.` in quotes: the star belongs to the word it follows.
  const hasStar = /[\p{L}\p{N}\p{M}]\*[^\p{L}\p{N}]*$/u.test(text);
  return { words, isPrefix: hasStar && Array.from(last).length >= shortestPrefix, idWord: null, isBare };
}

/** The same with each bare word as the beginning of one (SR4); null where that would be no other query. */
export function relaxQuery(query: SearchQuery): SearchQuery | null {
  const canRelax = ({ isBare, isPrefix, words }: Phrase) =>
    isBare && !isPrefix && Array.from(words[0]!).length >= shortestPrefix;
  if (!query.wanted.some(canRelax)) return null;
  return {
    ...query,
    wanted: query.wanted.map((phrase) => (canRelax(phrase) ? { ...phrase, isPrefix: true } : phrase)),
  };
}
