/** Who may come in at all: the one decision behind every surface, HTTP, streams and sockets (GU2 to GU4, GU10). */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { AppError } from '../../shared/failure.ts';
import type { Actor } from '../../shared/operations.ts';
import { hasOneHost, isAllowedHost, isSameOrigin, readTargetHost } from './addressing.ts';
import { readCredential, readTicket } from './credentials.ts';
import { noLimits, RateLimits, toClient, toNeighbourhood, type RateSettings } from './rate-limits.ts';
import { isProven, parseSession, signSession, type SignedSession } from './session-cookie.ts';
import type { BucketClock } from './token-bucket.ts';
import {
  digestOf,
  isSameDigest,
  noTokens,
  toInstallationGrant,
  type Grant,
  type TokenBook,
} from './token-book.ts';
import { anonymousVisitor, localVisitor, type Visitor } from './visitor.ts';

export interface GuardSettings {
  /** Names to answer to, without port, in lower case. */
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly token: string | null;
}

export interface GuardedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As they came, where duplicates can still be seen. */
  readonly rawHeaders?: readonly string[];
  /** The request line's: a path, or an address in full. */
  readonly target?: string;
  readonly address: string | null;
}

export interface GateOptions {
  readonly settings: GuardSettings;
  readonly book?: TokenBook;
  readonly rates?: RateSettings;
  readonly clock?: BucketClock & { now(): Date };
  /** The id of the token a ticket was given to, once; undefined for what is no ticket any more. */
  readonly redeemTicket?: (ticket: string) => Promise<string | undefined>;
  readonly readAddress?: (request: IncomingMessage) => string | null;
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
/** CN3: a GET of older clients that keeps a verdict. */
const changesState = (path: string): boolean =>
  /^\/api\/(ardoq|azure-devops)\/test-connection\/*$/.test(path);

const ownClock = { monotonicMs: () => performance.now(), now: () => new Date() };

export class Gate {
  readonly settings: GuardSettings;
  readonly readAddress: (request: IncomingMessage) => string | null;
  readonly #installation: Grant | null;
  readonly #book: TokenBook;
  readonly #limits: RateLimits;
  readonly #clock: BucketClock & { now(): Date };
  readonly #redeemTicket: (ticket: string) => Promise<string | undefined>;

  constructor({ settings, book = noTokens, rates = noLimits, clock = ownClock, ...options }: GateOptions) {
    this.settings = settings;
    this.readAddress = options.readAddress ?? ((request) => request.socket.remoteAddress ?? null);
    this.#installation = settings.token === null ? null : toInstallationGrant(settings.token);
    this.#book = book;
    this.#limits = new RateLimits(rates, clock);
    this.#clock = clock;
    this.#redeemTicket = options.redeemTicket ?? (async () => undefined);
  }

  /** Whether anybody is asked for a token. */
  get isLocked(): boolean {
    return this.#installation !== null;
  }

  /** Who asks, or the failure the request ends with. What they may do is for the route to say. */
  admit(request: GuardedRequest): Visitor {
    this.checkAddress(request);
    const visitor = this.#identify(request);
    this.#limits.checkRequest(toClient(visitor, request.address));
    return visitor;
  }

  /** The same for a stream, which may show a ticket instead. */
  async admitStream(request: GuardedRequest): Promise<Visitor> {
    const visitor = this.admit(request);
    this.#limits.checkStream(toClient(visitor, request.address));
    if (visitor.role !== null) return visitor;
    const ticket = readTicket(request.target ?? '');
    const tokenId = ticket === undefined ? undefined : await this.#redeemTicket(ticket);
    const grant = tokenId === undefined ? undefined : this.#findGrant(tokenId);
    return grant === undefined ? visitor : toVisitor(grant);
  }

  /** Makes a session of a token that came in a body. */
  signIn(secret: string, address: string | null): Visitor {
    return this.#identifyBearer(secret, address) ?? anonymousVisitor;
  }

  /** The cookie for who has shown a token; undefined where nobody is asked for one. */
  signSession({ tokenId }: Visitor): SignedSession | undefined {
    const grant = tokenId === null ? undefined : this.#findGrant(tokenId);
    if (grant === undefined || this.#installation === null) return undefined;
    return signSession(grant, this.#installation, this.#clock.now().getTime());
  }

  /** False once the token that somebody came in with is revoked or over. */
  isCurrent(actor: Actor): boolean {
    if (actor.kind !== 'token' || this.#installation === null) return true;
    return actor.name === this.#installation.name || this.#book.isLiving(actor.name);
  }

  /** Where a request comes from; all that is asked again of a connection that was let in already. */
  checkAddress({
    method,
    path,
    headers,
    rawHeaders = [],
    target = path,
  }: Omit<GuardedRequest, 'address'>): void {
    const named = readTargetHost(target);
    const isOurs =
      isAllowedHost(this.settings, headers.host) &&
      hasOneHost(rawHeaders) &&
      (named === undefined || isAllowedHost(this.settings, named));
    if (!isOurs) {
      throw new AppError(
        'MISDIRECTED_REQUEST',
        `This server does not answer to the host "${named ?? headers.host ?? ''}". Add it to SYNCLINE_ALLOWED_HOSTS if it should.`,
      );
    }
    if ((!safeMethods.has(method) || changesState(path)) && !isSameOrigin(this.settings, headers)) {
      throw new AppError('FORBIDDEN', 'Requests from another origin may not change anything here.');
    }
  }

  #identify({ headers, address }: GuardedRequest): Visitor {
    if (this.#installation === null) return localVisitor;
    const credential = readCredential(headers);
    switch (credential.kind) {
      case 'bearer':
        return this.#identifyBearer(credential.secret, address) ?? anonymousVisitor;
      case 'cookie':
        return this.#identifyCookie(credential.value) ?? anonymousVisitor;
      case 'none':
        return anonymousVisitor;
    }
  }

  #identifyBearer(secret: string, address: string | null): Visitor | undefined {
    if (this.#installation === null) return localVisitor;
    const digest = digestOf(secret);
    const isOwner = isSameDigest(this.#installation.digest, digest);
    const grant = isOwner ? this.#installation : this.#book.findByDigest(digest);
    if (grant === undefined && this.#book.isSpent(digest)) return undefined;
    this.#limits.checkToken(toNeighbourhood(address), grant?.id);
    if (grant === undefined) return undefined;
    this.#book.noteUse(grant);
    return toVisitor(grant);
  }

  /** Not counted as a guess: a proof cannot be guessed, and an old cookie is sent again and again. */
  #identifyCookie(value: string): Visitor | undefined {
    const claim = parseSession(value);
    if (claim === undefined || this.#installation === null) return undefined;
    if (claim.expiresAtMs <= this.#clock.now().getTime()) return undefined;
    const grant = this.#findGrant(claim.tokenId);
    if (grant === undefined || !isProven(claim, grant, this.#installation)) return undefined;
    this.#book.noteUse(grant);
    return { ...toVisitor(grant), expiresAt: new Date(claim.expiresAtMs) };
  }

  #findGrant(id: string): Grant | undefined {
    return this.#installation?.id === id ? this.#installation : this.#book.findById(id);
  }
}

const toVisitor = ({ id, name, role, expiresAt }: Grant): Visitor => ({
  actor: { kind: 'token', name },
  role,
  expiresAt,
  tokenId: id,
});
