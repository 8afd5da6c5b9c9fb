/** A snippet taken apart into text and marks, so that nothing of a document ever becomes markup (PG4, SR8). */

export interface SnippetPart {
  readonly text: string;
  readonly isMarked: boolean;
}

/** Of `a <mark>b</mark> &amp; c` the parts `a `, `b` marked, and ` & c`; any other tag is text as it stands. */
export function parseSnippet(snippet: string): readonly SnippetPart[] {
  const parts: SnippetPart[] = [];
  let isMarked = false;
  for (const piece of snippet.split(/(<\/?mark>)/)) {
    if (piece === '<mark>' || piece === '</mark>') isMarked = piece === '<mark>';
    else if (piece !== '') parts.push({ text: unescape(piece), isMarked });
  }
  return parts;
}

const characters: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** In one pass, so that `&amp;lt;` is `&lt;` and no more. */
const unescape = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39);/g, (name) => characters[name] ?? name);
