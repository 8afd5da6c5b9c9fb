/** Turns what an author wrote as status into the word that is shown and the state that is derived from. */
import { canonicalOf, terminalEverywhere, type CanonicalStatus } from './status-tables.ts';
import { toStatusKey } from './keys.ts';
import type { StatusWord, Vocabulary } from './vocabulary.ts';

export interface StatusReading {
  status: string;
  canonicalStatus: CanonicalStatus | null;
}

export function readStatus(raw: string, type: string, vocabulary: Vocabulary): StatusReading {
  const plain = stripMarks(raw);
  const cut = cutExplanation(plain);
  const word = findWord(plain, type, vocabulary) ?? findWord(cut, type, vocabulary);
  return {
    status: word ?? (cut === '' ? raw.trim() : cut),
    canonicalStatus: toCanonical(cut, word, type, vocabulary),
  };
}

/** DC10: for a type's own list, and `Done` and `Complete` everywhere. */
export function isTerminalStatus(
  status: string | null,
  type: string,
  { statuses }: Pick<Vocabulary, 'statuses'>,
): boolean {
  if (status === null) return false;
  return terminalEverywhere.includes(status) || (statuses.get(type)?.terminal.includes(status) ?? false);
}

/** DP15: what no table knows is `unknown`, never a guess. */
function toCanonical(
  cut: string,
  word: string | undefined,
  type: string,
  { statuses, statusAliases }: Vocabulary,
): CanonicalStatus | null {
  const keys = [cut.slice(0, LONGEST_STATUS), word ?? ''].map(toStatusKey);
  for (const key of keys) {
    const declared = statusAliases.get(key);
    if (declared !== undefined) return declared;
  }
  const known = keys.map((key) => canonicalOf.get(key)).find((status) => status !== undefined);
  if (known === undefined) return 'unknown';
  // DP14: an epic that is Approved has not begun.
  const isOpenHere = word !== undefined && (statuses.get(type)?.open.includes(word) ?? false);
  return known === 'completed' && isOpenHere ? 'pending' : known;
}

const LONGEST_STATUS = 200;

/** Bold, code and double quotes anywhere; single quotes and symbols in front only, for the sake of `Won't Fix`. */
function stripMarks(raw: string): string {
  return raw
    .replace(/\*\*|[`"“”„«»]/g, '')
    .replaceAll('’', "'")
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .trim();
}

function cutExplanation(plain: string): string {
  const ends = [' - ', ' – ', ' — ', ' · ', ' | ', '(']
    .map((mark) => plain.indexOf(mark))
    .filter((at) => at >= 0);
  const cut = ends.length === 0 ? plain : plain.slice(0, Math.min(...ends));
  return cut.trim().replace(/['*_]{1,4}$/, '');
}

function findWord(text: string, type: string, { wordsOf, everyWord }: Vocabulary): string | undefined {
  const lowerCase = text.slice(0, LONGEST_STATUS).toLowerCase();
  const begins = ({ lowerCase: word }: StatusWord) =>
    lowerCase.startsWith(word) && !/^[\p{L}\p{N}_]/u.test(lowerCase.slice(word.length, word.length + 2));
  return (wordsOf.get(type)?.find(begins) ?? everyWord.find(begins))?.word;
}
