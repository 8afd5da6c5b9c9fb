/** Ends a server at a chosen point of what it does, with or without its database. */
import { setTimeout } from 'node:timers/promises';
import type { Moment } from './commit-proxy.ts';
import type { Random } from './random.ts';
import type { Store } from './store.ts';

/** Where in its scenario a server dies. */
export type Point =
  | { readonly at: 'commit'; readonly nth: number; readonly moment: Moment }
  /** Just after a client has heard so many events. */
  | { readonly at: 'event'; readonly nth: number }
  /** After so much of the time that the scenario takes. */
  | { readonly at: 'time'; readonly share: number }
  /** After all that it was asked for: tells what points there are. */
  | { readonly at: 'rest' };

export interface Killing {
  readonly store: Store;
  readonly point: Point;
  readonly random: Random;
  readonly lengthMs: number;
  /** Begins what the server is killed in; `over` resolves at its end, also when the server dies. */
  readonly begin: () => { readonly victim: Victim; readonly over: Promise<unknown> };
  /** Resolves when the client has heard so many more events; never by itself. */
  readonly hears: (count: number) => Promise<void>;
}

export interface Victim {
  /** At once. */
  kill(): void;
  readonly gone: Promise<void>;
}

export interface Cut {
  /** False when the scenario came to its end first. */
  readonly wasCut: boolean;
  readonly lengthMs: number;
  /** Up to its end, where it was not cut. */
  readonly commits: readonly string[];
  readonly description: string;
}

export async function killDuring(killing: Killing): Promise<Cut> {
  const { store, point, random, begin, hears } = killing;
  const ending = new AbortController();
  let victim: Victim | null = null;
  let wasCut = false;
  const strike = () => {
    if (ending.signal.aborted || wasCut) return;
    wasCut = true;
    victim?.kill();
  };
  const lingerMs = random.pick(5);
  store.proxy?.arm(
    point.at === 'commit' ? { nth: point.nth, moment: point.moment, lingerMs, act: strike } : null,
  );
  const startedMs = performance.now();
  const begun = begin();
  ({ victim } = begun);
  // Neither is waited for: the scenario may be over first.
  if (point.at === 'time') void setTimeout(point.share * killing.lengthMs).then(strike);
  if (point.at === 'event') void hears(point.nth).then(strike);
  await begun.over;
  ending.abort();

  const lengthMs = performance.now() - startedMs;
  const commits = [...(store.proxy?.commits ?? [])];
  store.proxy?.arm(null);
  const isDatabaseFirst = random.pick(2) === 0;
  const before = isDatabaseFirst ? await store.crash(random.pick) : '';
  victim.kill();
  await victim.gone;
  const way = isDatabaseFirst ? before : await store.crash(random.pick);
  store.proxy?.clear();
  return { wasCut, lengthMs, commits, description: describe(point, { wasCut, commits, way }) };
}

/** A migration writes every table there is. */
const longestLabel = 200;

function describe(
  point: Point,
  { wasCut, commits, way }: { wasCut: boolean; commits: readonly string[]; way: string },
): string {
  const how = way === '' ? '' : `, ${way}`;
  if (!wasCut || point.at === 'rest') return `at rest${how}`;
  if (point.at === 'time') return `at a random time${how}`;
  if (point.at === 'event') return `at event ${point.nth}${how}`;
  return `${point.moment} commit ${point.nth} (${commits[point.nth - 1]?.slice(0, longestLabel)})${how}`;
}
