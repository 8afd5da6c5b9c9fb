/**
 * Words as search knows them: runs of letters and digits of any script, case and diacritics folded (SR5). The database
 * is only ever shown words made here, so that its own idea of what a word is never matters.
 */

export interface FoundWord {
  readonly word: string;
  /** Where it stands in the text, as written. */
  readonly start: number;
  readonly end: number;
}

const runs = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
/** A lexeme has at most 2 KB; nobody looks for more than the beginning of such a word. */
const longestWord = 200;

export function* findWords(text: string): Generator<FoundWord> {
  for (const match of text.matchAll(runs)) {
    const word = foldWord(match[0]);
    if (word !== '') yield { word, start: match.index, end: match.index + match[0].length };
  }
}

/** The same words without their places, at a fraction of the cost. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const run of text.match(runs) ?? []) {
    const word = foldWord(run);
    if (word !== '') words.push(word);
  }
  return words;
}

/** Letters that Unicode does not take apart, though people write them apart. */
const apart: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};
const isPlain = /^[a-z0-9]*$/;

export function foldWord(written: string): string {
  const lower = written.toLowerCase();
  if (isPlain.test(lower)) return lower.slice(0, longestWord);
  const folded = lower
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => apart[letter] ?? letter)
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
  return cut(folded);
}

/** Never through the middle of a character. */
function cut(word: string): string {
  return word.length <= longestWord
    ? word
    : Array.from(word)
        .slice(0, longestWord / 2)
        .join('');
}
