/** Hides fenced code and HTML comments, so that nothing inside them is taken for a title, a header or a link (DP2). */

export interface Span {
  start: number;
  end: number;
}

export interface Masked {
  /** As long as the original and with the same line ends: offsets and line numbers fit both. */
  text: string;
  /** Code is text of the document although it is hidden here; comments are not. */
  fences: readonly Span[];
}

/** Every step goes forward only, so the work is proportional to the text whatever it holds. */
export function mask(text: string, from = 0): Masked {
  const fences: Span[] = [];
  const hidden: Span[] = [];
  const findComment = commentFinder(text);
  const candidate = new RegExp(CANDIDATE, 'gm');
  candidate.lastIndex = from;
  for (let found = candidate.exec(text); found !== null; found = candidate.exec(text)) {
    const [opening, prefix, run] = found;
    const span =
      run === undefined
        ? findComment(found.index)
        : findFence(text, { start: found.index, prefix: prefix ?? '', run });
    if (span === undefined) {
      candidate.lastIndex = found.index + opening.length;
      continue;
    }
    if (run !== undefined) fences.push(span);
    hidden.push(span);
    candidate.lastIndex = span.end;
  }
  return { text: blankOut(text, hidden), fences };
}

/** A fence at the start of a line, in quotes and list items too, or the start of a comment. */
const CANDIDATE = /^([ \t]*(?:>[ \t]*|(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})|<!--/;

interface Opening {
  start: number;
  prefix: string;
  run: string;
}

function findFence(text: string, { start, prefix, run }: Opening): Span | undefined {
  const firstLineEnd = endOfLine(text, start);
  const char = run.charAt(0);
  const infoStart = start + prefix.length + run.length;
  if (char === '`' && text.slice(infoStart, firstLineEnd).includes('`')) return undefined;

  const isQuoted = prefix.includes('>');
  const isNested = !isQuoted && (/\S/.test(prefix) || indentOf(prefix) > 3);
  let line = firstLineEnd + 1;
  while (line <= text.length) {
    const lineEnd = endOfLine(text, line);
    if (isQuoted && !startsQuote(text, line, lineEnd)) return { start, end: line };
    if (isNested && startsUnindented(text, line, lineEnd)) return { start, end: line };
    if (isClosing(text, line, lineEnd, { char, length: run.length, isQuoted, isNested })) {
      return { start, end: lineEnd };
    }
    line = lineEnd + 1;
  }
  return { start, end: text.length };
}

function isClosing(
  text: string,
  start: number,
  end: number,
  fence: { char: string; length: number; isQuoted: boolean; isNested: boolean },
): boolean {
  let at = skip(text, start, end, fence.isQuoted ? ' \t>' : ' \t');
  if (!fence.isQuoted && !fence.isNested && indentOf(text.slice(start, at)) > 3) return false;
  const runStart = at;
  at = skip(text, at, end, fence.char);
  return at - runStart >= fence.length && skip(text, at, end, ' \t') === end;
}

function startsQuote(text: string, start: number, end: number): boolean {
  return text.charAt(skip(text, start, end, ' \t')) === '>';
}

/** Code in a list item ends with the item, at the next text without indentation. */
function startsUnindented(text: string, start: number, end: number): boolean {
  return start < end && skip(text, start, end, ' \t') === start;
}

/** Asked in rising order, and looks for each end once, however many comments are never closed. */
function commentFinder(text: string): (start: number) => Span | undefined {
  const isCode = codeSpanFinder(text);
  let close = 0;
  return (start) => {
    if (isCode(start)) return undefined;
    if (close >= 0 && close < start + 2) close = text.indexOf('-->', start + 2);
    if (close >= 0) return { start, end: close + 3 };
    return beginsLine(text, start) ? { start, end: text.length } : undefined;
  };
}

function beginsLine(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (text.charAt(before) === ' ' || text.charAt(before) === '\t')) before -= 1;
  return before < 0 || text.charAt(before) === '\n';
}

/** Tells whether a place lies in an inline code span; asked in rising order, and reads each line once. */
export function codeSpanFinder(text: string): (at: number) => boolean {
  let lineEnd = -1;
  let spans: Span[] = [];
  let next = 0;
  return (at) => {
    if (at >= lineEnd) {
      const lineStart = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
      lineEnd = endOfLine(text, at);
      spans = findCodeSpans(text, lineStart, lineEnd);
      next = 0;
    }
    while (next < spans.length && spans[next]!.end <= at) next += 1;
    return next < spans.length && spans[next]!.start <= at;
  };
}

/** A run of backticks closes at the next run of the same length. */
function findCodeSpans(text: string, start: number, end: number): Span[] {
  const runs: Span[] = [];
  for (const run of text.slice(start, end).matchAll(/`+/g)) {
    runs.push({ start: start + run.index, end: start + run.index + run[0].length });
  }
  const nextOfLength = new Map<number, number>();
  const closing: number[] = runs.map(() => -1);
  for (let index = runs.length - 1; index >= 0; index -= 1) {
    const length = runs[index]!.end - runs[index]!.start;
    closing[index] = nextOfLength.get(length) ?? -1;
    nextOfLength.set(length, index);
  }
  const spans: Span[] = [];
  for (let index = 0; index < runs.length; index += 1) {
    const close = closing[index]!;
    if (close < 0) continue;
    spans.push({ start: runs[index]!.start, end: runs[close]!.end });
    index = close;
  }
  return spans;
}

function blankOut(text: string, hidden: readonly Span[]): string {
  if (hidden.length === 0) return text;
  const parts: string[] = [];
  let kept = 0;
  for (const { start, end } of hidden) {
    parts.push(
      text.slice(kept, start),
      text.slice(start, end).replace(/[^\n]+/g, (line) => ' '.repeat(line.length)),
    );
    kept = end;
  }
  parts.push(text.slice(kept));
  return parts.join('');
}

function skip(text: string, from: number, end: number, chars: string): number {
  let at = from;
  while (at < end && chars.includes(text.charAt(at))) at += 1;
  return at;
}

function indentOf(blanks: string): number {
  return blanks.includes('\t') ? blanks.length + 3 : blanks.length;
}

export function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
