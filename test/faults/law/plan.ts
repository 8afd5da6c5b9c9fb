/** What a run is going to do to the servers and their readers, decided by the seed before anything happens. */
import { chanceOf, type Chance } from './chance.ts';

/** One of the two servers. */
export type Seat = 0 | 1;

export type Fault =
  /** kill -9, and a start `downMs` later. */
  | { readonly atMs: number; readonly do: 'kill'; readonly seats: readonly Seat[]; readonly downMs: number }
  /** SIGTERM, and a start as soon as it has gone. */
  | { readonly atMs: number; readonly do: 'stop'; readonly seat: Seat }
  | { readonly atMs: number; readonly do: 'pause'; readonly seat: Seat; readonly forMs: number }
  /** Postgres ends every connection there is. */
  | { readonly atMs: number; readonly do: 'cut-database' }
  /** kill -9 of a process that only appends. */
  | { readonly atMs: number; readonly do: 'kill-flood'; readonly flood: number }
  /** Retention leaves no more than the newest `keep` events. */
  | { readonly atMs: number; readonly do: 'prune'; readonly keep: number };

/** What may happen to a line between a reader and a server, beside faults of the servers. */
export const wears = ['cut', 'stall', 'slow', 'half-open', 'switch'] as const;
export type Wear = (typeof wears)[number];

export interface Wish {
  readonly topics: readonly string[];
  readonly types: readonly string[];
}

export interface ReaderPlan {
  readonly id: number;
  readonly wish: Wish;
  /** Through the product's own client, which chooses transports by itself. */
  readonly isSdk: boolean;
}

export interface Plan {
  readonly seed: number;
  readonly durationMs: number;
  /** On a slow machine it takes up to twice the time to get there. */
  readonly atLeast: { readonly events: number; readonly cuts: number };
  readonly readers: readonly ReaderPlan[];
  readonly faults: readonly Fault[];
  readonly wears: readonly Wear[];
  /** Processes that append events, and nothing else. */
  readonly floods: number;
  /** Of all floods together. */
  readonly eventsPerSecond: number;
  /** A line is cut after about so long, if not before by its bytes. */
  readonly cutAfterMs: number;
  /** Whether syncs, rebuilds and cancels go on meanwhile. */
  readonly hasProduct: boolean;
}

export interface Scale {
  readonly seed: number;
  readonly durationMs: number;
  readonly events: number;
  readonly cuts: number;
  readonly kills: number;
  readonly readers: number;
}

/** The slugs of the projects that are synced, and those that only the floods write about. */
export const projectSlugs = ['law-one', 'law-two', 'law-three'] as const;
export const floodSlugs = ['flood-even', 'flood-odd'] as const;
export const floodOperation = 'OP-00000000-0000-7000-8000-000000000000';

export function planRun({ seed, durationMs, events, cuts, kills, readers }: Scale): Plan {
  return {
    seed,
    durationMs,
    atLeast: { events, cuts },
    readers: Array.from({ length: readers }, (_, id) =>
      planReader(id, chanceOf(seed, 1000 + id), durationMs),
    ),
    faults: planFaults(chanceOf(seed, 1), durationMs, kills),
    wears,
    floods: 2,
    eventsPerSecond: Math.ceil((events / durationMs) * 1000),
    // A third is for coming back; what ends by other means is no cut.
    cutAfterMs: Math.max(150, Math.min(5_000, (durationMs * readers) / cuts / 3)),
    hasProduct: true,
  };
}

/** Less is not enough for a client that waits half a minute after many failures in a row. */
const sdkAfterMs = 60_000;

function planReader(id: number, chance: Chance, durationMs: number): ReaderPlan {
  const wish = id === 0 ? everything : chance.pick(wishes);
  return { id, wish, isSdk: id % 4 === 3 && durationMs >= sdkAfterMs };
}

const everything: Wish = { topics: [], types: [] };

const wishes: readonly Wish[] = [
  everything,
  everything,
  { topics: ['project:law-one', 'project:flood-odd'], types: [] },
  { topics: ['watch'], types: [] },
  { topics: ['all'], types: ['operation:*', 'project:*', 'sync:complete'] },
  { topics: ['kind:full_sync', 'project:law-two'], types: [] },
  {
    topics: [`operation:${floodOperation}`, 'project:flood-even', 'audit'],
    types: ['operation:*', 'reconcile:completed'],
  },
  {
    topics: ['kind:rebuild_links', 'kind:sync_changed_files'],
    types: ['operation:completed', 'operation:failed'],
  },
];

/** The worst first: kills fill the time evenly, and what else happens falls between them. */
function planFaults(chance: Chance, durationMs: number, kills: number): Fault[] {
  const faults: Fault[] = [];
  const everyMs = durationMs / Math.max(1, kills);
  for (let dead = 0; dead < kills;) {
    const atMs = Math.round((dead + 0.2 + (0.6 * chance.between(0, 100)) / 100) * everyMs);
    const both = dead + 2 <= kills && chance.is(0.12);
    const seats: Seat[] = both ? [0, 1] : [chance.pick([0, 1] as const)];
    faults.push({ atMs, do: 'kill', seats, downMs: chance.is(0.5) ? 0 : chance.between(0, 1_500) });
    dead += seats.length;
  }
  const others = Math.round(kills * 0.6);
  for (let index = 0; index < others; index++) {
    faults.push(planOther(chance, chance.between(0, Math.round(durationMs * 0.95))));
  }
  return faults.toSorted((a, b) => a.atMs - b.atMs);
}

function planOther(chance: Chance, atMs: number): Fault {
  const seat = chance.pick([0, 1] as const);
  switch (
    chance.weigh([
      ['stop', 3],
      ['pause', 3],
      ['cut-database', 2],
      ['kill-flood', 3],
      ['prune', 2],
    ] as const)
  ) {
    case 'stop':
      return { atMs, do: 'stop', seat };
    case 'pause':
      return { atMs, do: 'pause', seat, forMs: chance.ofAnySize(1_000, 8_000) };
    case 'cut-database':
      return { atMs, do: 'cut-database' };
    case 'kill-flood':
      return { atMs, do: 'kill-flood', flood: chance.pick([0, 1]) };
    case 'prune':
      return { atMs, do: 'prune', keep: chance.ofAnySize(100, 5_000) };
  }
}
