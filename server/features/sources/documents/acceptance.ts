/** Takes the acceptance section out of a document: it has a field of its own in a work item (PU43). */

export interface SplitText {
  /** Everything else, trimmed. */
  readonly description: string;
  /** Without its heading; null when there is none or it is empty. */
  readonly acceptance: string | null;
}

/** A section reaches to the next heading of its own level or above. Headings in code are text. */
export function splitAcceptance(content: string): SplitText {
  const text = content.replace(/\r\n?/g, '\n');
  const rest: string[] = [];
  const taken: string[] = [];
  let fence: string | null = null;
  let level: number | null = null;
  let from = 0;
  // Other lines change nothing: they go where the line before them went.
  for (const { 0: line, index } of text.matchAll(/^ {0,3}(?:#{1,6}[ \t]|`{3}|~{3}).*$/gm)) {
    fence = nextFence(fence, line);
    const heading = fence === null ? readHeading(line) : null;
    if (heading === null || (level !== null && heading.level > level)) continue;
    const isTaken = isAcceptance(heading.text);
    if (level === null && !isTaken) continue;
    (level === null ? rest : taken).push(text.slice(from, index));
    from = isTaken ? index + line.length : index;
    level = isTaken ? heading.level : null;
  }
  (level === null ? rest : taken).push(text.slice(from));
  const sections = taken.map((section) => section.trim()).filter((section) => section !== '');
  const acceptance = sections.join('\n\n');
  return { description: rest.join('').trim(), acceptance: acceptance === '' ? null : acceptance };
}

/** The run that opened the code block which the line leaves open. */
function nextFence(open: string | null, line: string): string | null {
  const run = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
  if (run?.[1] === undefined) return open;
  const [, marks, rest = ''] = run;
  if (open === null) return marks.startsWith('`') && rest.includes('`') ? null : marks;
  const isClosing = marks.charAt(0) === open.charAt(0) && marks.length >= open.length && rest.trim() === '';
  return isClosing ? null : open;
}

function readHeading(line: string): { level: number; text: string } | null {
  const found = /^ {0,3}(#{1,6})[ \t]+(.*)$/.exec(line);
  if (found === null) return null;
  const [, marks = '', text = ''] = found;
  return { level: marks.length, text: text.replace(/[ \t]+#+[ \t]*$/, '') };
}

/** `Acceptance`, `2. Acceptance criteria`, `✅ Acceptance Criteria (Gherkin)`; not `Acceptance tests`. */
const isAcceptance = (text: string): boolean =>
  /^[^\p{L}]*acceptance(\s+criteria)?\s*(\(.*\))?[^\p{L}\p{N}]*$/iu.test(text);
