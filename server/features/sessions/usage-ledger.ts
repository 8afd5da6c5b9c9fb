/** Counts tokens once for each key: in a session, among a session and its subagents, and in the project (SE9). */
import { toPromptBand, type Tokens } from './prices.ts';

export interface UsageEntry extends Tokens {
  readonly key: string;
  readonly sessionId: string;
  readonly family: string;
  readonly model: string | null;
  readonly at: string | null;
  readonly reasoning: number;
  readonly serviceTier: string | null;
  readonly serverToolUse: Readonly<Record<string, number>> | null;
}

export type UsageScope = 'own' | 'family' | 'project';

/** What one sum of a session grows or shrinks by. */
export interface TotalChange extends Tokens {
  readonly sessionId: string;
  readonly scope: UsageScope;
  readonly model: string;
  readonly day: string;
  readonly band: number;
  readonly messages: number;
  readonly reasoning: number;
}

/** Tokens that a session has used more, or fewer than was thought, at a time. */
export interface UsageMove {
  readonly sessionId: string;
  readonly at: string | null;
  readonly tokens: number;
}

type Sum = { -readonly [Name in keyof TotalChange]: TotalChange[Name] };

/**
 * Holds every entry of the keys it is asked about, so that what counts before and after a change can be compared.
 * Of several entries of a key the one with the largest output counts, of equal ones that of the first session.
 */
export class UsageLedger {
  readonly #byKey = new Map<string, readonly UsageEntry[]>();
  readonly #written = new Map<string, UsageEntry>();
  readonly #sums = new Map<string, Record<UsageScope, Sum>>();
  readonly #moves: UsageMove[] = [];

  constructor(entries: readonly UsageEntry[]) {
    for (const entry of entries) this.#byKey.set(entry.key, [...(this.#byKey.get(entry.key) ?? []), entry]);
  }

  /** A later line of the same message replaces an earlier one unless it says less. */
  put(entry: UsageEntry): void {
    const before = this.#byKey.get(entry.key) ?? [];
    const own = before.find(({ sessionId }) => sessionId === entry.sessionId);
    if (own !== undefined && own.output > entry.output) return;
    const after = [...before.filter((other) => other !== own), entry];
    this.#byKey.set(entry.key, after);
    this.#written.set(`${entry.sessionId}\0${entry.key}`, entry);
    this.#move('own', own, entry);
    if (own !== undefined)
      this.#moves.push({ sessionId: own.sessionId, at: own.at, tokens: -countTokens(own) });
    this.#moves.push({ sessionId: entry.sessionId, at: entry.at, tokens: countTokens(entry) });
    this.#settle(before, after);
  }

  /** The sums of the session itself go with it; only those of others are told. */
  remove(sessionId: string): void {
    for (const [key, before] of this.#byKey) {
      const after = before.filter((entry) => entry.sessionId !== sessionId);
      if (after.length === before.length) continue;
      this.#byKey.set(key, after);
      this.#settle(before, after);
    }
    for (const [id, sums] of this.#sums) if (sums.own.sessionId === sessionId) this.#sums.delete(id);
  }

  get written(): UsageEntry[] {
    return [...this.#written.values()];
  }

  /** What sessions themselves used, wherever else it counts. */
  get moves(): readonly UsageMove[] {
    return this.#moves;
  }

  get changes(): TotalChange[] {
    return [...this.#sums.values()].flatMap((sums) => Object.values(sums).filter(isChange));
  }

  #settle(before: readonly UsageEntry[], after: readonly UsageEntry[]): void {
    this.#move('project', findCounting(before), findCounting(after));
    for (const family of listFamilies(before, after)) {
      const isOf = (entry: UsageEntry) => entry.family === family;
      this.#move('family', findCounting(before.filter(isOf)), findCounting(after.filter(isOf)));
    }
  }

  #move(scope: UsageScope, from: UsageEntry | undefined, to: UsageEntry | undefined): void {
    if (from === to) return;
    if (from !== undefined) add(this.#sumsOf(from)[scope], from, -1);
    if (to !== undefined) add(this.#sumsOf(to)[scope], to, 1);
  }

  #sumsOf(entry: UsageEntry): Record<UsageScope, Sum> {
    const { sessionId } = entry;
    const model = entry.model ?? '';
    const day = entry.at?.slice(0, 10) ?? '';
    const band = toPromptBand(entry);
    const id = `${sessionId}\0${model}\0${day}\0${band}`;
    const known = this.#sums.get(id);
    if (known !== undefined) return known;
    const place = { sessionId, model, day, band };
    const sums = {
      own: { scope: 'own' as const, ...place, ...nothing },
      family: { scope: 'family' as const, ...place, ...nothing },
      project: { scope: 'project' as const, ...place, ...nothing },
    };
    this.#sums.set(id, sums);
    return sums;
  }
}

export const countTokens = ({ input, output, cacheRead, cacheWrite5m, cacheWrite1h }: Tokens): number =>
  input + output + cacheRead + cacheWrite5m + cacheWrite1h;

function add(sum: Sum, entry: UsageEntry, sign: 1 | -1): void {
  sum.messages += sign;
  sum.input += sign * entry.input;
  sum.output += sign * entry.output;
  sum.cacheRead += sign * entry.cacheRead;
  sum.cacheWrite5m += sign * entry.cacheWrite5m;
  sum.cacheWrite1h += sign * entry.cacheWrite1h;
  sum.reasoning += sign * entry.reasoning;
}

const nothing = {
  messages: 0,
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  reasoning: 0,
};

const isChange = (sum: Sum): boolean =>
  Object.keys(nothing).some((name) => sum[name as keyof typeof nothing] !== 0);

function listFamilies(before: readonly UsageEntry[], after: readonly UsageEntry[]): ReadonlySet<string> {
  const families = new Set<string>();
  for (const { family } of before) families.add(family);
  for (const { family } of after) families.add(family);
  return families;
}

function findCounting(entries: readonly UsageEntry[]): UsageEntry | undefined {
  let counting: UsageEntry | undefined;
  for (const entry of entries) {
    const isMore =
      counting === undefined ||
      entry.output > counting.output ||
      (entry.output === counting.output && entry.sessionId < counting.sessionId);
    if (isMore) counting = entry;
  }
  return counting;
}
