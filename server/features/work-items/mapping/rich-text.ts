/** Safe HTML for the service's long fields, from whatever the source holds: markdown, rich text or plain text (FM8). */
import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';

export type TextKind = 'plain' | 'html' | 'markdown';

export function toSafeHtml(text: string, kind: TextKind): string {
  if (kind === 'plain') return escapeText(text);
  return sanitizeHtml(kind === 'markdown' ? markdown.render(text) : text, allowed).trim();
}

/** Rich text has pairs of the tags that editors write; markdown has its marks where they mean something. */
export function detectKind(text: string): TextKind {
  if (/<(br|hr)\s*\/?>/i.test(text) || hasTagPair(text)) return 'html';
  return markdownMarks.some((mark) => mark.test(text)) ? 'markdown' : 'plain';
}

const editorTags = 'p|div|span|ul|ol|li|strong|b|em|i|u|h[1-6]|a|table|blockquote|pre|code';

/** Two passes and no backtracking: a text of megabytes may be made of opening tags alone. */
function hasTagPair(text: string): boolean {
  const closed = new Set(
    [...text.matchAll(new RegExp(`</(${editorTags})\\s*>`, 'gi'))].map(([, name = '']) => name.toLowerCase()),
  );
  if (closed.size === 0) return false;
  for (const [, name = ''] of text.matchAll(new RegExp(`<(${editorTags})(?:\\s[^<>]*)?>`, 'gi'))) {
    if (closed.has(name.toLowerCase())) return true;
  }
  return false;
}

const markdownMarks: readonly RegExp[] = [
  /^#{1,6} \S/m,
  /^ {0,3}[-*+] \S/m,
  /^ {0,3}\d{1,9}[.)] \S/m,
  /^ {0,3}(```|~~~)/m,
  /^ {0,3}> \S/m,
  /^\|.*\|[ \t]*$/m,
  /\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*/,
  /\[[^[\]\n]+\]\((https?:|mailto:)[^)\s]+\)/,
  /`[^`\n]+`/,
];

/** Text is what it says: nothing in it is markup, and its lines stay lines. */
const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>');

/** Raw HTML in markdown is text. */
const markdown = new MarkdownIt({ html: false, breaks: true, linkify: false });

const allowed: sanitizeHtml.IOptions = {
  allowedTags: (
    'p div span br hr h1 h2 h3 h4 h5 h6 blockquote pre code b strong i em u s del sub sup ' +
    'ul ol li a img table thead tbody tfoot tr th td caption'
  ).split(' '),
  allowedAttributes: {
    a: ['href', 'title'],
    img: ['src', 'alt', 'title', 'width', 'height'],
    ol: ['start'],
    th: ['colspan', 'rowspan'],
    td: ['colspan', 'rowspan'],
  },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesByTag: { img: ['https'] },
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
};
