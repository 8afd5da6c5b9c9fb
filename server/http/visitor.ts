/** Who asks, as the guard has found out before anything else looks at the request. */
import type { Role } from '../../shared/access.ts';
import type { Actor } from '../../shared/operations.ts';

export interface Visitor {
  readonly actor: Actor;
  /** Null for who has shown nothing: may only see what is open to anyone. */
  readonly role: Role | null;
  /** When the session or the token ends, if it does. */
  readonly expiresAt: Date | null;
  /** The id of the token that was shown, itself or by a cookie or ticket made from it. */
  readonly tokenId: string | null;
}

/** Where no token is set, whoever reaches the server owns it. */
export const localVisitor: Visitor = {
  actor: { kind: 'user', name: 'local' },
  role: 'admin',
  expiresAt: null,
  tokenId: null,
};

export const anonymousVisitor: Visitor = {
  actor: { kind: 'user', name: 'anonymous' },
  role: null,
  expiresAt: null,
  tokenId: null,
};
