/** A query in the database's notation. Words are letters and digits, so nothing can break out of the quotes. */
import type { Phrase } from './query.ts';

export function toTsQuery({ words, isPrefix, idWord }: Phrase): string {
  const phrase = words
    .map((word, index) => `'${word}'${isPrefix && index === words.length - 1 ? ':*' : ''}`)
    .join(' <-> ');
  return idWord === null ? phrase : `(${phrase}) | '${idWord}'`;
}

/** What hits are ranked by: any of the words, the more the better; of an id all spellings alike. */
export function toRankQuery(phrases: readonly Phrase[]): string {
  const words = phrases.flatMap(({ words, isPrefix, idWord }) =>
    idWord === null
      ? words.map((word, index) => `'${word}'${isPrefix && index === words.length - 1 ? ':*' : ''}`)
      : [`'${idWord}'`],
  );
  return [...new Set(words)].join(' | ');
}
