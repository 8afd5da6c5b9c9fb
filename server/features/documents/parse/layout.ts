/** Tells the parts of a document's text apart: front matter, header lines, title and content (DC6, DC7, DC11). */
import { toLineFeeds } from './decode.ts';
import { readFrontMatter, type FrontMatter } from './front-matter.ts';
import { endOfLine, mask, type Masked, type Span } from './mask.ts';
import { readHeader, type Header } from './quote-header.ts';

export interface Layout {
  frontMatter: FrontMatter;
  header: Header;
  heading: string | null;
  content: string;
  /** The text with line feeds only, and what is hidden in it blank (DP2). */
  masked: string;
}

export function readLayout(raw: string, path: string): Layout {
  const text = toLineFeeds(raw);
  const frontMatter = readFrontMatter(text, path);
  const bodyStart = frontMatter.end;
  const masked = mask(text, bodyStart);
  // IX2: beside broken front matter nothing else is taken for metadata.
  const header =
    frontMatter.outcome === 'broken'
      ? { fields: [], lines: [] }
      : readHeader(masked.text, bodyStart, frontMatter.outcome === 'mapping');
  const heading = findHeading(masked.text, bodyStart);
  const removed = [...header.lines];
  if (frontMatter.outcome === 'mapping') removed.push({ start: 0, end: bodyStart });
  if (
    heading &&
    frontMatter.outcome !== 'broken' &&
    isFirstText(heading.line, masked, bodyStart, header.lines)
  ) {
    removed.push(heading.line);
  }
  return {
    frontMatter,
    header,
    heading: heading?.text ?? null,
    content: cutOut(text, removed),
    masked: masked.text,
  };
}

function findHeading(text: string, from: number): { text: string; line: Span } | undefined {
  const heading = /^#[ \t]+[^ \t\n]/gm;
  heading.lastIndex = from;
  for (let found = heading.exec(text); found !== null; found = heading.exec(text)) {
    const lineEnd = endOfLine(text, found.index);
    const title = dropClosingHashes(text.slice(found.index + 1, lineEnd).trim());
    if (title === '') continue;
    return { text: title, line: { start: found.index, end: Math.min(lineEnd + 1, text.length) } };
  }
  return undefined;
}

/** `# Title ##` is titled `Title`, `# C#` is not `C`. */
function dropClosingHashes(title: string): string {
  let end = title.length;
  while (title.charAt(end - 1) === '#') end -= 1;
  if (end === 0) return '';
  return end < title.length && /\s/.test(title.charAt(end - 1)) ? title.slice(0, end).trimEnd() : title;
}

/** Comments and header lines are no text; code is. */
function isFirstText(
  { start }: Span,
  { text, fences }: Masked,
  from: number,
  header: readonly Span[],
): boolean {
  if (fences.some((fence) => fence.start < start)) return false;
  return (
    cutOut(
      text.slice(from, start),
      header
        .filter((line) => line.end <= start)
        .map((line) => ({ start: line.start - from, end: line.end - from })),
    ).trim() === ''
  );
}

function cutOut(text: string, removed: readonly Span[]): string {
  if (removed.length === 0) return text;
  const parts: string[] = [];
  let kept = 0;
  for (const { start, end } of [...removed].sort((a, b) => a.start - b.start)) {
    parts.push(text.slice(kept, start));
    kept = end;
  }
  parts.push(text.slice(kept));
  return parts.join('');
}
