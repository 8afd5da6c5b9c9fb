/** The named tokens of the database in memory, kept fresh by events and by a slow look (GU4). */
import { Role } from '../../../shared/access.ts';
import type { Db } from '../../db/open.ts';
import { isSameDigest, type Grant, type TokenBook } from '../../http/token-book.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import { listTokenRows, writeUses, type TokenRow } from './token-store.ts';

/** An event may be late while the database is away; a token that is over tells nobody. */
const lookMs = 10_000;
const tickMs = 500;

interface LivingTokensOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  /** Somebody's token is gone. */
  readonly onEnded: () => void;
}

export async function openLivingTokens(options: LivingTokensOptions): Promise<LivingTokens> {
  const tokens = new LivingTokens(options);
  await tokens.reload();
  return tokens;
}

export class LivingTokens implements TokenBook, AsyncDisposable {
  readonly #options: LivingTokensOptions;
  #byDigest = new Map<string, Grant>();
  #byId = new Map<string, Grant>();
  #names = new Set<string>();
  #all: ReadonlySet<string> = new Set();
  #uses = new Map<string, Date>();
  #reading: Promise<void> | null = null;
  #isStale = false;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(options: LivingTokensOptions) {
    this.#options = options;
    this.#timers = [
      setInterval(() => this.#dropExpired(), tickMs).unref(),
      setInterval(() => this.#look(), lookMs).unref(),
    ];
  }

  findByDigest(digest: string): Grant | undefined {
    const grant = this.#byDigest.get(digest);
    return grant !== undefined && isSameDigest(grant.digest, digest) ? this.#ifLiving(grant) : undefined;
  }

  findById(id: string): Grant | undefined {
    return this.#ifLiving(this.#byId.get(id));
  }

  isSpent(digest: string): boolean {
    return this.#all.has(digest) && this.findByDigest(digest) === undefined;
  }

  isLiving(name: string): boolean {
    return this.#names.has(name);
  }

  noteUse({ id }: Grant): void {
    if (this.#byId.has(id)) this.#uses.set(id, this.#options.clock.now());
  }

  /** After it, whatever was committed before the call is known here. */
  reload(): Promise<void> {
    // A reading that is under way may have begun before the commit that this call is about.
    this.#isStale = true;
    this.#reading ??= this.#read();
    return this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#writeUses().catch((failure: unknown) =>
      this.#options.log.debug({ err: failure }, 'When tokens were used last is not written'),
    );
  }

  async #read(): Promise<void> {
    try {
      while (this.#isStale) {
        this.#isStale = false;
        const rows = await listTokenRows(this.#options.db);
        const living = rows.filter((row) => this.#isLivingRow(row));
        this.#all = new Set(rows.map(({ digest }) => digest));
        this.#replace(living.map(toGrant));
      }
    } finally {
      this.#reading = null;
    }
  }

  #replace(grants: readonly Grant[]): void {
    this.#byDigest = new Map(grants.map((grant) => [grant.digest, grant]));
    this.#byId = new Map(grants.map((grant) => [grant.id, grant]));
    const names = new Set(grants.map(({ name }) => name));
    const hasEnded = [...this.#names].some((name) => !names.has(name));
    this.#names = names;
    if (hasEnded) this.#options.onEnded();
  }

  #isLivingRow({ revokedAt, expiresAt }: TokenRow): boolean {
    return revokedAt === null && (expiresAt === null || expiresAt > this.#options.clock.now());
  }

  #ifLiving(grant: Grant | undefined): Grant | undefined {
    const isOver = grant?.expiresAt != null && grant.expiresAt <= this.#options.clock.now();
    return isOver ? undefined : grant;
  }

  #dropExpired(): void {
    const living = [...this.#byId.values()].filter((grant) => this.#ifLiving(grant) !== undefined);
    if (living.length < this.#byId.size) this.#replace(living);
  }

  #look(): void {
    Promise.all([this.reload(), this.#writeUses()]).catch((failure: unknown) =>
      this.#options.log.debug({ err: failure }, 'The tokens could not be read'),
    );
  }

  async #writeUses(): Promise<void> {
    const uses = this.#uses;
    this.#uses = new Map();
    await writeUses(this.#options.db, uses);
  }
}

const toGrant = ({ id, name, role, digest, expiresAt }: TokenRow): Grant => ({
  id,
  name,
  role: Role.parse(role),
  digest,
  expiresAt,
});
