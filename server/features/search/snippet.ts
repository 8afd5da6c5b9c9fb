/** The best passage of a text, escaped, with the words that were looked for marked (SR8). */
import { toIdWord } from './id-words.ts';
import type { Phrase } from './query.ts';
import { findWords } from './words.ts';

/** Where one of the phrases stands. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  /** Which of the phrases stands there. */
  readonly phrase: number;
}

const longest = 240;
/** How much is shown before the first hit of a passage. */
const lead = 60;
/** Hits that are weighed against each other; the first thousands of a long text are as good as all. */
const mostMarks = 5_000;

/** Null when nothing of it is in the text. */
export function toSnippet(text: string, phrases: readonly Phrase[]): string | null {
  const marks = findMarks(text, phrases);
  return marks.length === 0 ? null : toBestPassage(text, marks);
}

/** Of a text in which at least one phrase stands. */
export function toBestPassage(text: string, marks: readonly Mark[]): string {
  const first = chooseFirst(marks);
  const start = toStart(text, marks[first]!.start);
  const end = toEnd(text, start);
  const shown = marks.slice(first).filter((mark) => mark.end <= end);
  return render(text, start, end, shown.length > 0 ? shown : [{ ...marks[first]!, end }]);
}

/** The beginning of a text in which nothing is to be marked. */
export function toOpening(text: string): string {
  return render(text, 0, toEnd(text, 0), []);
}

export function findMarks(text: string, phrases: readonly Phrase[]): Mark[] {
  const marks: Mark[] = [];
  const words = [...findWords(text)];
  for (let at = 0; at < words.length && marks.length < mostMarks; at += 1) {
    for (const [phrase, { words: wanted, isPrefix, idWord }] of phrases.entries()) {
      const isHere = wanted.every((word, offset) => {
        const found = words[at + offset]?.word;
        const isLast = offset === wanted.length - 1;
        return found !== undefined && (isLast && isPrefix ? found.startsWith(word) : found === word);
      });
      const length = isHere ? wanted.length : idLength(text, words, at, idWord);
      if (length === 0) continue;
      marks.push({ start: words[at]!.start, end: words[at + length - 1]!.end, phrase });
      at += length - 1;
      break;
    }
  }
  return marks;
}

/** An id is one word (`US0001`) or two (`US-0001`); 0 when it does not stand here. */
function idLength(
  text: string,
  words: readonly { readonly start: number; readonly end: number }[],
  at: number,
  idWord: string | null,
): number {
  if (idWord === null) return 0;
  for (const length of [1, 2]) {
    const last = words[at + length - 1];
    if (last !== undefined && toIdWord(text.slice(words[at]!.start, last.end)) === idWord) return length;
  }
  return 0;
}

/** Where the passage with the most different phrases begins, then with the most hits, then the first. */
function chooseFirst(marks: readonly Mark[]): number {
  let best = { at: 0, different: 0, hits: 0 };
  let end = 0;
  const counts = new Map<number, number>();
  for (let at = 0; at < marks.length; at += 1) {
    for (; end < marks.length && marks[end]!.end - marks[at]!.start <= longest - lead; end += 1) {
      counts.set(marks[end]!.phrase, (counts.get(marks[end]!.phrase) ?? 0) + 1);
    }
    const candidate = { at, different: counts.size, hits: end - at };
    const isBetter =
      candidate.different > best.different ||
      (candidate.different === best.different && candidate.hits > best.hits);
    if (isBetter) best = candidate;
    const left = (counts.get(marks[at]!.phrase) ?? 1) - 1;
    if (left > 0) counts.set(marks[at]!.phrase, left);
    else counts.delete(marks[at]!.phrase);
    end = Math.max(end, at + 1);
  }
  return best.at;
}

/** At a word's beginning, a little before the hit. */
function toStart(text: string, hit: number): number {
  if (hit <= lead) return 0;
  const from = hit - lead;
  const blank = text.slice(from, hit).search(/\s/);
  return blank === -1 ? hit : from + blank + 1;
}

/** At a word's end where there is one, never inside a character. */
function toEnd(text: string, start: number): number {
  if (text.length - start <= longest) return text.length;
  const passage = text.slice(start, start + longest);
  const blank = passage.search(/\s\S*$/);
  const end = start + (blank > longest / 2 ? blank : longest);
  const isInside = /[\uD800-\uDBFF]/.test(text[end - 1] ?? '');
  return isInside ? end - 1 : end;
}

function render(text: string, start: number, end: number, marks: readonly Mark[]): string {
  let html = start > 0 ? '…' : '';
  let at = start;
  for (const mark of marks) {
    html += `${escape(text.slice(at, mark.start))}<mark>${escape(text.slice(mark.start, mark.end))}</mark>`;
    at = mark.end;
  }
  return `${html}${escape(text.slice(at, end))}${end < text.length ? '…' : ''}`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => escapes[sign]!).replaceAll(/\s+/g, ' ');
