/** The addresses of the pages (chapter 9 of the projects contract), written in one place. */

const part = encodeURIComponent;

export const toProjectPath = (slug: string): string => `/projects/${part(slug)}`;
export const toDocumentsPath = (slug: string): string => `/projects/${part(slug)}/documents`;
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
