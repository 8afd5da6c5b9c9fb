/** Markdown to HTML text: no raw HTML, links led to their pages, ids turned into links. Sanitised by its caller. */
import MarkdownIt from 'markdown-it';
import type { StateCore, Token } from 'markdown-it';
import { findIds } from './document-ids.ts';
import { decode } from './relative-links.ts';
import type { LinkResolver, LinkTarget } from './references.ts';

export function renderMarkdown(text: string, links: LinkResolver): string {
  const markdown = new MarkdownIt({ html: false, linkify: true });
  // .md is a country: without this, every file name in a sentence becomes a link to Moldova.
  markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
  markdown.core.ruler.push('syncline_links', (state) => {
    for (const token of state.tokens) {
      if (token.children !== null) token.children = linked(token.children, links, state.Token);
    }
  });
  markdown.core.ruler.push('syncline_blocks', markBlocks);
  // A picture of the project is not served, and one from elsewhere is forbidden: its description stays.
  markdown.renderer.rules['image'] = (tokens, index) =>
    `<span class="picture">${markdown.utils.escapeHtml(tokens[index]?.content ?? '')}</span>`;
  return markdown.render(text);
}

type TokenClass = StateCore['Token'];

function linked(tokens: readonly Token[], links: LinkResolver, TokenOf: TokenClass): Token[] {
  const out: Token[] = [];
  const open: LinkTarget[] = [];
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const target = links.ofHref(String(token.attrGet('href') ?? ''));
      open.push(target);
      out.push(toOpening(token, target));
    } else if (token.type === 'link_close') {
      if (open.pop()?.kind === 'nowhere') token.tag = 'span';
      out.push(token);
    } else if (open.length === 0 && (token.type === 'text' || token.type === 'code_inline')) {
      out.push(...withIds(token, links, TokenOf));
    } else {
      out.push(token);
    }
  }
  return out;
}

function toOpening(token: Token, target: LinkTarget): Token {
  switch (target.kind) {
    case 'page':
      token.attrSet('href', target.href);
      token.attrSet('class', 'document-link');
      token.attrSet('title', target.title);
      break;
    case 'external':
      token.attrSet('target', '_blank');
      token.attrSet('rel', 'noopener noreferrer');
      token.attrSet('class', 'external-link');
      break;
    case 'section':
      token.attrSet('href', `#${toSectionId(decode(target.href.slice(1)) ?? '')}`);
      break;
    case 'nowhere':
      token.attrSet('title', `Not indexed: ${String(token.attrGet('href') ?? '')}`);
      token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'href');
      token.attrSet('class', 'unresolved-link');
      token.tag = 'span';
      break;
  }
  return token;
}

/** The token cut at the ids that lead somewhere; code is linked only when it is nothing but an id. */
function withIds(token: Token, links: LinkResolver, TokenOf: TokenClass): Token[] {
  const found = findIds(token.content).filter(({ start, end }) =>
    token.type === 'text' ? true : start === 0 && end === token.content.length,
  );
  const out: Token[] = [];
  let from = 0;
  for (const { id, start, end } of found) {
    const target = links.ofId(id);
    if (target.kind !== 'page') continue;
    if (start > from) out.push(copyOf(token, token.content.slice(from, start), TokenOf));
    const opening = toOpening(new TokenOf('link_open', 'a', 1), target);
    out.push(
      opening,
      copyOf(token, token.content.slice(start, end), TokenOf),
      new TokenOf('link_close', 'a', -1),
    );
    from = end;
  }
  if (from === 0) return [token];
  if (from < token.content.length) out.push(copyOf(token, token.content.slice(from), TokenOf));
  return out;
}

function copyOf(token: Token, content: string, TokenOf: TokenClass): Token {
  const copy = new TokenOf(token.type, token.tag, 0);
  copy.content = content;
  copy.markup = token.markup;
  return copy;
}

/** Section ids for headings, classes for aligned cells (the CSP forbids style attributes), marks for tasks. */
function markBlocks({ tokens }: StateCore): void {
  tokens.forEach((token, index) => {
    if (token.type === 'heading_open') token.attrSet('id', toSectionId(tokens[index + 1]?.content ?? ''));
    if (token.type === 'th_open' || token.type === 'td_open') alignByClass(token);
    if (token.type === 'inline' && tokens[index - 2]?.type === 'list_item_open') markTask(token);
  });
}

function alignByClass(token: Token): void {
  const alignment = /text-align:(left|center|right)/.exec(String(token.attrGet('style') ?? ''))?.[1];
  if (alignment !== undefined) token.attrs = [['class', `align-${alignment}`]];
}

function markTask(inline: Token): void {
  const first = inline.children?.[0];
  const task = /^\[([ xX])\] /.exec(first?.content ?? '');
  if (first === undefined || task === null) return;
  first.content = `${task[1] === ' ' ? '☐' : '☑'} ${first.content.slice(4)}`;
}

function toSectionId(text: string): string {
  const slug = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s+/g, '-');
  return `section-${slug}`;
}
