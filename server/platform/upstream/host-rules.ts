/** Decides whether a host may be called, from its name alone; its address is judged when it is resolved (CN7, GU9). */
import { isIP } from 'node:net';
import { type HostRules, UpstreamFailure } from './upstream.ts';

export interface AllowedHost {
  /** `https://dev.azure.com`, with the path it was configured with, without a slash at the end. */
  readonly baseUrl: string;
  readonly origin: string;
  /** Configured by the owner under this very name: may be private and plain http. */
  readonly isTrusted: boolean;
}

/** Throws a failure of kind `host` that says what to do. */
export function requireAllowedHost(host: string, rules: HostRules): AllowedHost {
  const url = toUrl(host);
  const isTrusted = rules.allowed.some((entry) => isVeryHost(entry, url));
  const isKnown = url.port === '' && rules.known.some((entry) => isNamedBy(entry, url.hostname));
  const isWildcard = rules.allowed.some((entry) => entry.includes('*') && isNamedBy(entry, url.host));
  if (!isTrusted && !isKnown && !isWildcard) {
    throw hostFailure(
      `The host ${url.host} may not be called; add it to SYNCLINE_ALLOWED_UPSTREAM_HOSTS to allow it.`,
    );
  }
  if (url.protocol !== 'https:' && !isTrusted) {
    throw hostFailure(
      `${url.host} must be called by https; plain http needs SYNCLINE_ALLOWED_UPSTREAM_HOSTS=${url.host}.`,
    );
  }
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0 && !isTrusted) {
    throw hostFailure(
      `The address ${url.hostname} may not be called; add it to SYNCLINE_ALLOWED_UPSTREAM_HOSTS to allow it.`,
    );
  }
  return { baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, origin: url.origin, isTrusted };
}

export const hostFailure = (message: string, cause?: unknown): UpstreamFailure =>
  new UpstreamFailure(
    {
      kind: 'host',
      message,
      status: null,
      isAmbiguous: false,
      body: null,
      activityId: null,
      retryAfterMs: null,
    },
    { cause },
  );

/** `dev.azure.com` means https. Nothing but scheme, host, port and path may be part of it. */
function toUrl(host: string): URL {
  const text = host.trim();
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null) throw hostFailure('The host is no address that can be called.');
  const isBare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isBare || !['https:', 'http:'].includes(url.protocol) || url.hostname === '') {
    throw hostFailure(
      `The host must look like https://${url.hostname || 'dev.azure.com'}, without anything else.`,
    );
  }
  return url;
}

/** A pattern trusts nobody: only a name, or a name and port, says "that very host". */
function isVeryHost(entry: string, url: URL): boolean {
  if (entry.includes('*')) return false;
  const name = entry.replace(/^[a-z]+:\/\//i, '').replace(/\/.*$/, '');
  const isBareIpv6 = isIP(name) === 6;
  const given = parseUrl(`${url.protocol}//${isBareIpv6 ? `[${name}]` : name}`);
  if (given === null || given.hostname !== url.hostname) return false;
  const hasPort = !isBareIpv6 && /:\d+$/.test(name.replace(/^\[.*\]/, ''));
  return !hasPort || toPort(given) === toPort(url);
}

const parseUrl = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

const toPort = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

/** `*.visualstudio.com` names every host below it, not itself. */
function isNamedBy(entry: string, name: string): boolean {
  const wanted = entry.toLowerCase();
  return wanted.startsWith('*.')
    ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1
    : name === wanted;
}
