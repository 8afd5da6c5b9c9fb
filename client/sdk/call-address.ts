/** Where a call goes: the route's path with its parameters filled in, and its query. */
import { CallError } from './call-error.ts';

export interface Address {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
}

export function toUrl(baseUrl: string, path: string, { params = {}, query = {} }: Address): string {
  const filled = path.replace(/:([A-Za-z]\w*)/g, (_, name: string) => toSegment(name, params[name]));
  return baseUrl.replace(/\/+$/, '') + filled + toQuery(query);
}

/** An empty segment, `.` and `..` cannot be sent: every URL parser folds them away, percent-encoded or not. */
function toSegment(name: string, value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  const encoded = /^\.{0,2}$/.test(text) ? undefined : tryEncode(text);
  if (encoded !== undefined) return encoded;
  const message = `path.${name}: ${JSON.stringify(text)} cannot be part of an address`;
  throw new CallError({ code: 'VALIDATION_ERROR', message });
}

function tryEncode(text: string): string | undefined {
  try {
    return encodeURIComponent(text);
  } catch {
    // A lone surrogate has no UTF-8.
    return undefined;
  }
}

function toQuery(query: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
