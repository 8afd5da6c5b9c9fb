/** How often one client may ask, open streams and guess tokens, in bounded memory (GU10). */
import { isIPv6 } from 'node:net';
import { AppError } from '../../shared/failure.ts';
import { Recent } from './recent.ts';
import { TokenBucket, type BucketClock, type Rate } from './token-bucket.ts';
import type { Visitor } from './visitor.ts';

export interface RateSettings {
  /** Null: no limit. */
  readonly requests: Rate | null;
  readonly streams: Rate | null;
  readonly failures: Rate | null;
}

export const noLimits: RateSettings = { requests: null, streams: null, failures: null };

/** So many clients are told apart at a time, at about 200 bytes each. */
const clientsKept = 20_000;

export class RateLimits {
  readonly #settings: RateSettings;
  readonly #clock: BucketClock;
  readonly #requests = new Recent<TokenBucket>(clientsKept);
  readonly #streams = new Recent<TokenBucket>(clientsKept);
  readonly #failures = new Recent<Failures>(clientsKept);

  constructor(settings: RateSettings, clock: BucketClock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  checkRequest(client: string): void {
    this.#take(this.#requests, this.#settings.requests, client, 'Too many requests');
  }

  checkStream(client: string): void {
    this.#take(this.#streams, this.#settings.streams, client, 'Too many streams were opened');
  }

  /**
   * Slows down who guesses: after too many wrong tokens an address may go on only with those that it has shown to be
   * right before. A right guess is refused like a wrong one, so that guessing on is of no use.
   */
  checkToken(address: string, grantId: string | undefined): void {
    const rate = this.#settings.failures;
    if (rate === null) return;
    const { proven, bucket } = this.#failures.of(address, () => ({
      proven: new Set(),
      bucket: new TokenBucket(this.#clock, rate),
    }));
    if (grantId !== undefined && proven.has(grantId)) return;
    if (!bucket.hasOne()) throw tooMany('Too many wrong tokens', bucket.waitS());
    if (grantId === undefined) bucket.take();
    else proven.add(grantId);
  }

  #take(buckets: Recent<TokenBucket>, rate: Rate | null, client: string, what: string): void {
    if (rate === null) return;
    const bucket = buckets.of(client, () => new TokenBucket(this.#clock, rate));
    if (!bucket.take()) throw tooMany(what, bucket.waitS());
  }
}

interface Failures {
  /** Ids of tokens; there are never many living ones. */
  readonly proven: Set<string>;
  readonly bucket: TokenBucket;
}

const tooMany = (what: string, waitS: number): AppError =>
  new AppError('RATE_LIMITED', `${what}; try again in ${waitS} s.`, {
    headers: { 'Retry-After': String(waitS) },
  });

/** The token where there is one: people behind one proxy share an address. */
export const toClient = ({ tokenId }: Visitor, address: string | null): string =>
  tokenId === null ? toNeighbourhood(address) : `token ${tokenId}`;

/** Whoever has one IPv6 address has 2^64 of them. */
export function toNeighbourhood(address: string | null): string {
  if (address === null || !isIPv6(address)) return address ?? 'unknown';
  const [head = '', tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return `${[...left, ...zeros, ...right]
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')}::/64`;
}
