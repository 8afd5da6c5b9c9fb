/** Chooses where the next server dies: every commit of every scenario at three moments first, then anywhere. */
import { moments } from './commit-proxy.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenarios.ts';
import type { Point } from './killing.ts';

export interface Task {
  readonly number: number;
  readonly scenario: Scenario;
  readonly point: Point;
}

/** Every so many kills one comes at a random time, also while points of commits are left. */
const randomEvery = 4;

export class Planner {
  readonly #random: Random;
  readonly #scenarios: readonly Scenario[];
  #kills: number;
  #first: Scenario[];
  #points: CommitPoint[] = [];
  readonly #most = new Map<string, number>();
  readonly #newest = new Map<string, { commits: number; events: number }>();
  #given = 0;

  constructor(scenarios: readonly Scenario[], kills: number, random: Random) {
    this.#scenarios = scenarios;
    this.#first = [...scenarios];
    this.#kills = kills;
    this.#random = random;
  }

  /** Points of commits that are still to come. */
  get left(): number {
    return this.#reachable().length;
  }

  /** No further tasks. */
  stop(): void {
    this.#kills = 0;
  }

  next(): Task | undefined {
    if (this.#given >= this.#kills) return undefined;
    this.#given += 1;
    const number = this.#given;
    const [first] = this.#first.splice(0, 1);
    if (first !== undefined) return { number, scenario: first, point: { at: 'rest' } };
    const reachable = this.#reachable();
    const one = reachable[this.#random.pick(reachable.length)];
    if (one !== undefined && number % randomEvery !== 0) {
      this.#points = this.#points.filter((other) => other !== one);
      return { number, ...one };
    }
    const scenario = this.#scenarios[this.#random.pick(this.#scenarios.length)];
    return scenario === undefined ? undefined : { number, scenario, point: this.#anywhere(scenario) };
  }

  #anywhere({ name }: Scenario): Point {
    const { commits = 0, events = 0 } = this.#newest.get(name) ?? {};
    const kinds = ['time', ...(events > 0 ? ['event'] : []), ...(commits > 0 ? ['commit'] : [])];
    const at = kinds[this.#random.pick(kinds.length)];
    if (at === 'event') return { at, nth: 1 + this.#random.pick(events) };
    const moment = moments[this.#random.pick(moments.length)] ?? 'before';
    if (at === 'commit') return { at, nth: 1 + this.#random.pick(commits), moment };
    return { at: 'time', share: this.#random.next() * 1.1 };
  }

  /** A scenario that came to its end tells how many commits it has; a slow run narrates more often and has more. */
  learn(scenario: Scenario, points: { commits: number; events: number }): void {
    const { commits } = points;
    const known = this.#most.get(scenario.name) ?? 0;
    for (let nth = known + 1; nth <= commits; nth += 1) {
      for (const moment of moments) this.#points.push({ scenario, point: { at: 'commit', nth, moment } });
    }
    this.#most.set(scenario.name, Math.max(known, commits));
    this.#newest.set(scenario.name, points);
  }

  /** Those that the scenario reached when it went to its end the last time. */
  #reachable(): CommitPoint[] {
    return this.#points.filter(
      ({ scenario, point }) => point.nth <= (this.#newest.get(scenario.name)?.commits ?? 0),
    );
  }
}

interface CommitPoint {
  readonly scenario: Scenario;
  readonly point: Extract<Point, { at: 'commit' }>;
}
