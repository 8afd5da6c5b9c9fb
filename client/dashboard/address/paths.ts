/** The addresses of the pages (chapter 9 of the projects contract), written in one place. */

const part = encodeURIComponent;

export const toProjectPath = (slug: string): string => `/projects/${part(slug)}`;
export const toDocumentsPath = (slug: string): string => `/projects/${part(slug)}/documents`;
export const toTreePath = (slug: string): string => `/projects/${part(slug)}/tree`;
export const toHealthPath = (slug: string): string => `/projects/${part(slug)}/health-check`;
export const toFeaturesPath = (slug: string): string => `/projects/${part(slug)}/features`;
export const toFeaturePath = (slug: string, id: string): string => `${toFeaturesPath(slug)}/${part(id)}`;
export const toSessionsPath = (slug: string): string => `/projects/${part(slug)}/sessions`;
export const toSessionPath = (slug: string, id: string): string => `${toSessionsPath(slug)}/${part(id)}`;
export const toLinksPath = (slug: string): string => `/projects/${part(slug)}/links`;
export const toOperationPath = (id: string): string => `/operations/${part(id)}`;

export interface DocumentAddress {
  readonly type: string;
  readonly docId: string;
  /** Names one file where several share type and stem (DC14). */
  readonly path?: string | undefined;
}

export function toDocumentPath(slug: string, { type, docId, path }: DocumentAddress): string {
  const query = path === undefined ? '' : `?${new URLSearchParams({ path }).toString()}`;
  return `${toDocumentsPath(slug)}/${part(type)}/${part(docId)}${query}`;
}

export function toOperationsPath(filters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(filters).toString();
  return query === '' ? '/operations' : `/operations?${query}`;
}

/** The owner of an id, or the task of that id which a source lists. */
export function toGoPath(slug: string, id: string, source?: string): string {
  const query = source === undefined ? '' : `?${new URLSearchParams({ source }).toString()}`;
  return `/projects/${part(slug)}/go/${part(id)}${query}`;
}

export function toSearchPath(filters: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(filters).toString();
  return query === '' ? '/search' : `/search?${query}`;
}
