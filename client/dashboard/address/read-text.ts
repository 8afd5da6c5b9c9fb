/** One parameter of the address as text the server accepts (GR6: no NUL); empty when it is absent. */
export const readText = (query: URLSearchParams, name: string): string =>
  (query.get(name) ?? '').replaceAll('\0', '');
