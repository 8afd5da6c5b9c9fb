/** What a document refers to, and the pages those references lead to once the server has resolved them. */
import type { ResolvedIds } from '../../../shared/views/document.ts';
import { toDocumentPath } from '../address/paths.ts';
import { findIds, idOfStem } from './document-ids.ts';
import { isExternal, toProjectFile, toStem } from './relative-links.ts';

export type LinkTarget =
  | { readonly kind: 'page'; readonly href: string; readonly title: string }
  | { readonly kind: 'external'; readonly href: string }
  | { readonly kind: 'section'; readonly href: string }
  | { readonly kind: 'nowhere' };

export interface LinkResolver {
  readonly ofHref: (href: string) => LinkTarget;
  readonly ofId: (id: string) => LinkTarget;
}

/** DC16 resolves at most so many ids in one call. */
const maxIds = 100;

/** Ids to resolve, in the order a reader meets them: those in the text, and those of linked files. */
export function idsToResolve(content: string, extra: readonly string[] = []): readonly string[] {
  const ofLinks = [...content.matchAll(/\]\(\s*<?([^)\s>]+)/g)].map((match) => {
    const stem = toStem((match[1] ?? '').replace(/[?#].*$/, ''));
    return idOfStem(stem) ?? '';
  });
  const ofText = findIds(content).map(({ id }) => id);
  const ids = [...extra, ...ofText, ...ofLinks].filter((id) => id !== '' && !id.includes(','));
  return [...new Set(ids)].slice(0, maxIds);
}

/** DC2: these stems are their own type, so a link to such a file needs no resolving. */
const singletons = /^(prd|trd|tsd|pvd|personas|decisions|constitution|brand-guide)$/i;

export function createLinkResolver(slug: string, filePath: string, resolved: ResolvedIds): LinkResolver {
  const byPath = new Map(
    Object.values(resolved).flatMap((items) => items.map((item) => [item.file_path, item] as const)),
  );
  const toPage = (type: string, docId: string, path: string, title: string): LinkTarget => ({
    kind: 'page',
    href: toDocumentPath(slug, { type, docId, path }),
    title,
  });

  return {
    ofHref: (href) => {
      if (href.startsWith('#')) return { kind: 'section', href };
      if (isExternal(href)) return { kind: 'external', href };
      const path = toProjectFile(filePath, href);
      if (path === null) return { kind: 'nowhere' };
      const item = byPath.get(path);
      if (item !== undefined) return toPage(item.type, item.doc_id, path, item.title);
      const stem = toStem(path);
      return singletons.test(stem) ? toPage(stem.toLowerCase(), stem, path, path) : { kind: 'nowhere' };
    },
    ofId: (id) => {
      const owner = resolved[id]?.[0];
      if (owner === undefined || owner.file_path === filePath) return { kind: 'nowhere' };
      return toPage(owner.type, owner.doc_id, owner.file_path, owner.title);
    },
  };
}
