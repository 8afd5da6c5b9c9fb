/** The living tokens, found by what their holders show: in memory, because every request asks. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Role } from '../../shared/access.ts';

export interface Grant {
  readonly id: string;
  /** Never given twice: whoever acts by that name acts by this token. */
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the secret, in hex. */
  readonly digest: string;
  readonly expiresAt: Date | null;
}

export interface TokenBook {
  /** Only what is neither revoked nor over. Found by digest: how long that takes tells nothing about a secret. */
  findByDigest(digest: string): Grant | undefined;
  /** Once a token, and no guess therefore: its holder has not heard yet. */
  isSpent(digest: string): boolean;
  findById(id: string): Grant | undefined;
  isLiving(name: string): boolean;
  /** Never waits. */
  noteUse(grant: Grant): void;
}

export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Of digests, which are of one length: the time it takes does not even tell how long a secret is. */
export const isSameDigest = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(one), Buffer.from(other));

/** SYNCLINE_TOKEN: the one that owns the installation. */
export const toInstallationGrant = (secret: string): Grant => ({
  id: 'token',
  name: 'token',
  role: 'admin',
  digest: digestOf(secret),
  expiresAt: null,
});

/** Without named tokens. */
export const noTokens: TokenBook = {
  findByDigest: () => undefined,
  isSpent: () => false,
  findById: () => undefined,
  isLiving: () => false,
  noteUse: () => undefined,
};
