/** Looks for the best passage of a text of any length without holding the event loop. */
import type { Pacer } from '../../platform/pacer.ts';
import { toPieces } from './entry.ts';
import type { Phrase } from './query.ts';
import { findMarks, toBestPassage, type Mark } from './snippet.ts';

/** Of the piece before, so that what stands across a border is in one of them whole. */
const overlap = 512;

/** Null when nothing of it is in the text. The first piece that holds every phrase wins, else the one that holds most. */
export async function findPassage(
  text: string,
  phrases: readonly Phrase[],
  pacer: Pacer,
): Promise<string | null> {
  let best: { readonly marks: readonly Mark[]; readonly different: number } | null = null;
  let end = 0;
  for (const piece of toPieces(text)) {
    const start = Math.max(0, end - overlap);
    end += piece.length;
    const marks = findMarksBetween(text, start, end, phrases);
    const different = new Set(marks.map(({ phrase }) => phrase)).size;
    if (different > (best?.different ?? 0)) best = { marks, different };
    if (best?.different === phrases.length) break;
    if (pacer.isDue()) await pacer.rest();
  }
  return best === null ? null : toBestPassage(text, best.marks);
}

function findMarksBetween(text: string, start: number, end: number, phrases: readonly Phrase[]): Mark[] {
  const passage = text.slice(start, end);
  if (!mayHold(passage, phrases)) return [];
  return findMarks(passage, phrases).map((mark) => ({
    ...mark,
    start: start + mark.start,
    end: start + mark.end,
  }));
}

/** A cheap no: in plain text, a plain word that is nowhere as it stands is nowhere at all. */
function mayHold(passage: string, phrases: readonly Phrase[]): boolean {
  if (!isAscii.test(passage)) return true;
  const lower = passage.toLowerCase();
  return phrases.some(({ words, idWord }) => idWord !== null || words.every((word) => lower.includes(word)));
}

// oxlint-disable-next-line no-control-regex -- all of ASCII is meant
const isAscii = /^[\u0000-\u007f]*$/;
