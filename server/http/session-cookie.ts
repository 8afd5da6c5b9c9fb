/** The cookie a browser gets for a token: proves that it was shown, ends with it, and is not it (GU4). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Grant } from './token-book.ts';

export const sessionCookie = 'syncline_session';

export const sessionMs = 7 * 86_400_000;

/** `<token id>.<expiry in ms>.<hmac>`: no server has to remember it, and every one can check it. */
export function signSession(grant: Grant, installation: Grant, nowMs: number): SignedSession {
  const expiresAtMs = Math.min(nowMs + sessionMs, grant.expiresAt?.getTime() ?? Infinity);
  const claim = `${grant.id}.${expiresAtMs}`;
  return { value: `${claim}.${toProof(claim, grant, installation)}`, expiresAtMs };
}

export interface SignedSession {
  readonly value: string;
  readonly expiresAtMs: number;
}

export interface SessionClaim {
  readonly tokenId: string;
  readonly expiresAtMs: number;
  readonly claim: string;
  readonly proof: string;
}

const pattern = /^(([0-9a-z-]{1,40})\.(\d{1,15}))\.([A-Za-z0-9_-]{43})$/;

/** What the cookie says of itself; not yet believed. */
export function parseSession(value: string): SessionClaim | undefined {
  const [, claim, tokenId, expiry, proof] = pattern.exec(value) ?? [];
  if (claim === undefined || tokenId === undefined || proof === undefined) return undefined;
  return { tokenId, expiresAtMs: Number(expiry), claim, proof };
}

export function isProven({ claim, proof }: SessionClaim, grant: Grant, installation: Grant): boolean {
  const expected = Buffer.from(toProof(claim, grant, installation));
  return timingSafeEqual(expected, Buffer.from(proof));
}

/**
 * Keyed by both digests. The one of the token ends the session with the token; the one of SYNCLINE_TOKEN is in no
 * database, so that whoever reads a backup cannot make cookies from it.
 */
function toProof(claim: string, grant: Grant, installation: Grant): string {
  const key = `syncline-session ${installation.digest} ${grant.digest}`;
  return createHmac('sha256', key).update(claim).digest('base64url');
}

export function toSetCookie(value: string, { maxAgeS, isSecure }: { maxAgeS: number; isSecure: boolean }) {
  const parts = [
    `${sessionCookie}=${value}`,
    'Path=/',
    `Max-Age=${Math.max(0, Math.floor(maxAgeS))}`,
    'HttpOnly',
    'SameSite=Strict',
  ];
  return [...parts, ...(isSecure ? ['Secure'] : [])].join('; ');
}
