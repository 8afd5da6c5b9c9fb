/** Finds and reads the YAML block at the very start of a document (DP3). */
import { toFileIssue, type FileIssue } from '../../../../shared/issues.ts';
import { endOfLine } from './mask.ts';
import { readYaml, type JsonObject, type YamlEntry } from './safe-yaml.ts';

/**
 * `end` is where the body begins. A broken block is no metadata, yet it is no place to look for a title either:
 * a YAML comment looks like a heading.
 */
export type FrontMatter =
  | { outcome: 'none'; end: 0; issues: FileIssue[] }
  | { outcome: 'broken'; end: number; issues: FileIssue[] }
  | { outcome: 'mapping'; end: number; value: JsonObject; entries: YamlEntry[]; issues: FileIssue[] };

const MAX_BYTES = 64 * 1024;

/** `text` has line feeds only; lines of issues and entries are those of the file. */
export function readFrontMatter(text: string, path: string): FrontMatter {
  const firstLineEnd = endOfLine(text, 0);
  if (text.slice(0, 3) !== '---' || text.slice(3, firstLineEnd).trim() !== '') return none();
  const closing = findClosingLine(text, firstLineEnd + 1);
  if (closing === undefined) return unclosed(text, path, firstLineEnd + 1);

  const block = text.slice(firstLineEnd + 1, closing.start);
  const reading = readYaml(block);
  if (reading.outcome === 'not-a-mapping') return none();
  if (reading.outcome === 'broken') {
    if (!looksLikeKeys(block)) return none();
    const message = `Front matter is not valid YAML: ${reading.reason}`;
    const place = { line: reading.line + 1, column: reading.column };
    return { outcome: 'broken', end: closing.end, issues: [toFileIssue(path, 'YAML_ERROR', message, place)] };
  }
  return {
    outcome: 'mapping',
    end: closing.end,
    value: reading.value,
    entries: reading.entries.map((entry) => ({ ...entry, line: entry.line + 1 })),
    issues: reading.repeatedKeys.map(({ key, line, column }) =>
      toFileIssue(path, 'DUPLICATE_KEY', `Key "${key}" is repeated; its last value counts`, {
        line: line + 1,
        column,
      }),
    ),
  };
}

function none(issues: FileIssue[] = []): FrontMatter {
  return { outcome: 'none', end: 0, issues };
}

/** A rule at the top of plain text is not worth a word; keys after it are. */
function unclosed(text: string, path: string, from: number): FrontMatter {
  if (!looksLikeKeys(text.slice(from, from + MAX_BYTES))) return none();
  const message = 'Front matter is not closed by a line "---" within 64 KiB; all of the file is read as text';
  return none([toFileIssue(path, 'FRONTMATTER_UNCLOSED', message, { line: 1 })]);
}

function findClosingLine(text: string, from: number): { start: number; end: number } | undefined {
  let bytes = 0;
  for (let start = from; start < text.length;) {
    const end = endOfLine(text, start);
    const line = text.slice(start, Math.min(end, start + MAX_BYTES));
    if (/^(?:---|\.\.\.)[ \t]*$/.test(line)) return { start, end: Math.min(end + 1, text.length) };
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MAX_BYTES) return undefined;
    start = end + 1;
  }
  return undefined;
}

/** Whether somebody meant a mapping: the first line that is neither blank nor a comment begins with a key. */
function looksLikeKeys(block: string): boolean {
  const first = /^(?![ \t]*(?:#|$)).+/m.exec(block)?.[0] ?? '';
  return /^(?:[&!]\S{0,60}\s+)?(?:\w[\w .-]{0,60}|"[^"]{1,60}"|'[^']{1,60}')\s*:(?:\s|$)|^\{/.test(first);
}
