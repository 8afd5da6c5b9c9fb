/** Reads the `**Key:** value` lines at the top of a document, in quotes or plain (DC7, DC8, DP4). */
import type { Field } from './fields.ts';
import { endOfLine, type Span } from './mask.ts';
import { countNewlines } from './safe-yaml.ts';

export interface Header {
  fields: Field[];
  /** The lines that were read, with their line ends; neighbours as one. */
  lines: Span[];
}

interface Line extends Span {
  text: string;
}

const KEY = String.raw`\*\*([^*:]{1,60})(?::\*\*|\*\*\s*:)`;
const QUOTED_KEY = new RegExp(String.raw`^>\s?(?:[-*]\s+)?${KEY}`);
const PLAIN_KEY = new RegExp(String.raw`^(?:[-*]\s+)?${KEY}`);
const FURTHER_KEY = new RegExp(KEY, 'g');
const BOLD_LEAD_IN = /^>\s?(?:[-*]\s+)?\*\*/;

/** `text` is masked; `from` is where the body begins. */
export function readHeader(text: string, from: number, hasFrontMatter: boolean): Header {
  const sections = findSections(text, from);
  const above = readAbove(text, from, sections);
  if (above.fields.length > 0 || hasFrontMatter) return above;
  return readFirstStatusQuote(text, sections);
}

function findSections(text: string, from: number): number {
  const heading = /^##[ \t]/gm;
  heading.lastIndex = from;
  return heading.exec(text)?.index ?? text.length;
}

/** Quotes anywhere above the first section; a plain run only before the first keyed quote. */
function readAbove(text: string, from: number, sections: number): Header {
  const reader = createReader(lineCounter(text));
  let run: 'ahead' | 'open' | 'over' = 'ahead';
  for (let start = from; start < sections;) {
    const line = lineAt(text, start);
    start = line.end;
    if (line.text.startsWith('>')) {
      const isHeader = reader.readQuoteLine(line);
      if (isHeader || run === 'open') run = 'over';
      continue;
    }
    reader.endQuote();
    if (run === 'over' || line.text.trim() === '') continue;
    if (reader.readPlainLine(line)) run = 'open';
    else if (run === 'open') run = 'over';
  }
  reader.endQuote();
  return reader.header;
}

/** The last resort: the first quote below that holds a keyed `Status`, as a whole. */
function readFirstStatusQuote(text: string, from: number): Header {
  const numberOf = lineCounter(text);
  const quoteLine = /^>/gm;
  quoteLine.lastIndex = from;
  for (let found = quoteLine.exec(text); found !== null; found = quoteLine.exec(text)) {
    const end = findQuoteEnd(text, found.index);
    quoteLine.lastIndex = end;
    if (!/status/i.test(text.slice(found.index, end))) continue;
    const reader = createReader(numberOf);
    for (let start = found.index; start < end;) {
      const line = lineAt(text, start);
      reader.readQuoteLine(line);
      start = line.end;
    }
    reader.endQuote();
    if (reader.header.fields.some(({ key }) => key.toLowerCase() === 'status')) return reader.header;
  }
  return { fields: [], lines: [] };
}

function findQuoteEnd(text: string, from: number): number {
  let end = from;
  while (text.charAt(end) === '>') end = Math.min(endOfLine(text, end) + 1, text.length);
  return end;
}

function lineAt(text: string, start: number): Line {
  const lineEnd = endOfLine(text, start);
  return { start, end: lineEnd + 1, text: text.slice(start, lineEnd) };
}

/** Asked in rising order, so that each line end is counted once. */
function lineCounter(text: string): (offset: number) => number {
  let counted = 0;
  let number = 1;
  return (offset) => {
    number += countNewlines(text, counted, offset);
    counted = offset;
    return number;
  };
}

interface Reader {
  readonly header: Header;
  /** Whether the line belongs to the header. */
  readQuoteLine(line: Line): boolean;
  readPlainLine(line: Line): boolean;
  endQuote(): void;
}

function createReader(numberOf: (offset: number) => number): Reader {
  const header: Header = { fields: [], lines: [] };
  let open: { field: Field; parts: string[] } | undefined;

  function add(line: Line, pairs: [key: string, value: string][], source: Field['source']): void {
    const number = numberOf(line.start);
    for (const [key, value] of pairs)
      header.fields.push({ key, values: [value], json: value, line: number, source });
    addLine(line);
  }

  function addLine({ start, end }: Line): void {
    const last = header.lines.at(-1);
    if (last?.end === start) last.end = end;
    else header.lines.push({ start, end });
  }

  function endQuote(): void {
    if (open !== undefined && open.parts.length > 1) {
      const value = open.parts.filter((part) => part !== '').join(' ');
      open.field.values = [value];
      open.field.json = value;
    }
    open = undefined;
  }

  return {
    header,
    endQuote,
    readQuoteLine(line) {
      const pairs = splitPairs(line.text, QUOTED_KEY);
      if (pairs !== undefined) {
        endQuote();
        add(line, pairs, 'quote');
        const field = header.fields.at(-1)!;
        open = { field, parts: [...field.values] };
        return true;
      }
      const continuation = line.text.slice(1).trim();
      if (continuation === '' || BOLD_LEAD_IN.test(line.text)) endQuote();
      if (open === undefined) return false;
      open.parts.push(continuation);
      addLine(line);
      return true;
    },
    readPlainLine(line) {
      const pairs = splitPairs(line.text, PLAIN_KEY);
      // A bold key with nothing behind it leads a list or paragraph in: that is text.
      if (pairs === undefined || pairs.some(([, value]) => value === '')) return false;
      add(line, pairs, 'plain');
      return true;
    },
  };
}

/** `Status: Draft · Owner: Ann` in bold keys: several fields of one line. */
function splitPairs(line: string, firstKey: RegExp): [key: string, value: string][] | undefined {
  const first = firstKey.exec(line);
  if (first?.[1] === undefined || first[1].trim() === '') return undefined;
  const pairs: [string, string][] = [];
  let key = first[1].trim();
  let valueStart = first[0].length;
  FURTHER_KEY.lastIndex = valueStart;
  for (let found = FURTHER_KEY.exec(line); found !== null; found = FURTHER_KEY.exec(line)) {
    const valueEnd = findSeparator(line, valueStart, found.index);
    const nextKey = found[1]?.trim() ?? '';
    if (valueEnd === undefined || nextKey === '') continue;
    pairs.push([key, line.slice(valueStart, valueEnd).trim()]);
    key = nextKey;
    valueStart = FURTHER_KEY.lastIndex;
  }
  pairs.push([key, line.slice(valueStart).trim()]);
  return pairs;
}

/** Where the value before a bold key ends, if `·`, `|` or two blanks stand between them. */
function findSeparator(line: string, from: number, keyStart: number): number | undefined {
  let blanksFrom = keyStart;
  while (blanksFrom > from && /\s/.test(line.charAt(blanksFrom - 1))) blanksFrom -= 1;
  if (blanksFrom > from && /[·|]/.test(line.charAt(blanksFrom - 1))) return blanksFrom - 1;
  return keyStart - blanksFrom >= 2 ? blanksFrom : undefined;
}
