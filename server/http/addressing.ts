/** Whether a request was meant for this server and came from a page of it (GU2, GU3). */
import type { IncomingHttpHeaders } from 'node:http';

export interface Addressing {
  /** Names to answer to, without port, in lower case. */
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
}

const authority = /^(\[[0-9a-f:.]+\]|[^:@/?#\s]+)(?::\d{1,5})?$/i;

export function isAllowedHost({ hosts }: Addressing, host: string | undefined): boolean {
  const name = authority.exec(host ?? '')?.[1];
  return name !== undefined && hosts.includes(name.toLowerCase());
}

/** What is no name at all is refused before anything tries to make an address of it. */
export const isReadableHost = (host: string | undefined): boolean => authority.test(host ?? '');

/** `GET http://name/path`: by HTTP the name in the target outranks the Host header, so it is asked as well. */
export function readTargetHost(target: string): string | undefined {
  if (target.startsWith('/') || target === '*') return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1] ?? '';
}

/** Node keeps the first of several Host headers; somebody before us may have looked at the last. */
export const hasOneHost = (rawHeaders: readonly string[]): boolean =>
  rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length <= 1;

/** Programs send neither header; a browser always sends one of them with an unsafe method. */
export function isSameOrigin({ origins }: Addressing, headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined) {
    return origin === `http://${host}` || origin === `https://${host}` || origins.includes(origin);
  }
  return site === undefined || site === 'same-origin' || site === 'none';
}
