/** What a run of kills came to: recovery times, points that were hit, and everything that was wrong. */
import type { StepReport } from './world.ts';

export interface KillReport extends StepReport {
  readonly number: number;
  readonly stepMs: number;
}

export class Report {
  readonly #readyLimitMs: number;
  readonly #print: (line: string) => void;
  readonly #kills: KillReport[] = [];
  readonly #failures: string[] = [];
  readonly #startedMs = performance.now();

  constructor({ readyMs, print }: { readyMs: number; print: (line: string) => void }) {
    this.#readyLimitMs = readyMs;
    this.#print = print;
  }

  get hasFailed(): boolean {
    return this.#failures.length > 0;
  }

  add(kill: KillReport): void {
    this.#kills.push(kill);
    const late = kill.readyMs > this.#readyLimitMs ? [`ready only after ${Math.round(kill.readyMs)} ms`] : [];
    for (const wrong of [...kill.wrong, ...late]) {
      this.#fail(`kill ${kill.number}, ${kill.scenario}, ${kill.point}: ${wrong}`);
    }
  }

  /** The step itself could not be made. */
  addFailure(number: number, scenario: string, failure: unknown): void {
    const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
    this.#fail(`kill ${number}, ${scenario}: ${text}`);
  }

  #fail(line: string): void {
    this.#failures.push(line);
    this.#print(`WRONG ${line}`);
  }

  shortLine(): string {
    const minutes = ((performance.now() - this.#startedMs) / 60_000).toFixed(1);
    return `${this.#kills.length} kills in ${minutes} min, ${this.#failures.length} wrong, ready p50 ${this.#ready(0.5)} ms`;
  }

  lastLine(world: number): string {
    const kill = this.#kills.at(-1);
    if (kill === undefined) return '';
    const commits =
      kill.points === null ? '' : `, ${kill.points.commits} commits, ${kill.points.events} events`;
    return `${kill.number} [${world}] ${kill.scenario}: ${kill.point}${commits}; ready ${Math.round(kill.readyMs)} ms (cpu ${kill.readyCpuMs}), step ${Math.round(kill.stepMs)} ms`;
  }

  summary(pointsLeft: number): string[] {
    const byPoint = new Map<string, number>();
    for (const { point } of this.#kills) {
      const kind = /^(before|unheard|heard)|^at [a-z ]+/.exec(point)?.[0] ?? point;
      byPoint.set(kind, (byPoint.get(kind) ?? 0) + 1);
    }
    const aimed = this.#kills.filter(({ point }) => / commit \d+ /.test(point));
    const hit = new Set(aimed.map(({ scenario, point }) => `${scenario} ${point.replace(/ \(.*/, '')}`));
    const labels = new Set(this.#kills.flatMap(({ point }) => /\((.*)\)/.exec(point)?.[1] ?? []));
    const count = (pattern: RegExp) => this.#failures.filter((line) => pattern.test(line)).length;
    return [
      '',
      this.shortLine(),
      `points: ${[...byPoint].map(([kind, times]) => `${kind} ${times}`).join(', ')}`,
      `commits: ${hit.size} enumerated points hit, ${pointsLeft} left; ${labels.size} different commits`,
      `acknowledged losses: ${count(/is lost|was lost|told otherwise|only in a fresh index/)}`,
      `stuck statuses: ${count(/is stuck|nobody runs it|left over/)}`,
      `other findings: ${count(/^(?!.*(is lost|was lost|told otherwise|only in a fresh index|is stuck|nobody runs it|left over))/)}`,
      `recovery: p50 ${this.#ready(0.5)} ms, p99 ${this.#ready(0.99)} ms, longest ${this.#ready(1)} ms`,
      `of it computed: p50 ${this.#computed(0.5)} ms, p99 ${this.#computed(0.99)} ms`,
      ...this.#failures.map((line) => `WRONG ${line.split('\n')[0]?.slice(0, 300)}`),
    ];
  }

  #ready(share: number): number {
    return quantile(
      this.#kills.map(({ readyMs }) => readyMs),
      share,
    );
  }

  #computed(share: number): number {
    return quantile(
      this.#kills.map(({ readyCpuMs }) => readyCpuMs),
      share,
    );
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
}
