/** One tree, one database and the servers that are killed on it, one after the other. */
import { setTimeout } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import { findStuck } from './checks.ts';
import { JournalFollower } from './journal-follower.ts';
import { startKillable, type KillableServer, type Runner } from './killable-server.ts';
import { killDuring, type Killing, type Point } from './killing.ts';
import type { Random } from './random.ts';
import { createSampleTree, type SampleTree } from './sample-tree.ts';
import type { Scenario, Stage } from './scenarios.ts';
import { createStage } from './stage.ts';
import type { Store } from './store.ts';
import { Witness } from './witness.ts';

export interface StepReport {
  readonly scenario: string;
  readonly point: string;
  readonly readyMs: number;
  /** Of it, what the new server computed: the same on a busy machine. */
  readonly readyCpuMs: number;
  /** Points of the scenario, where it came to its end; else null. */
  readonly points: { readonly commits: number; readonly events: number } | null;
  /** Labels of its commits so far. */
  readonly commits: readonly string[];
  readonly wrong: readonly string[];
}

export interface WorldOptions {
  readonly store: Store;
  readonly runner: Runner;
  readonly stories: number;
}

/** F1: how long a server may take, once ready, to settle what the killed one left. */
const settleMs = 3_000;
/** F23: the other server looks every 5 s. */
const settleBesideMs = 12_000;
const patienceMs = 60_000;

export class World implements AsyncDisposable {
  readonly tree: SampleTree;
  readonly slug: string;
  readonly store: Store;
  readonly #runner: Runner;
  readonly #follower: JournalFollower;
  readonly #witness: Witness;
  /** The one that dies next. */
  #server: KillableServer;
  #beside: KillableServer | null = null;
  /** The one that is spoken with; null while there is none. */
  #current: KillableServer | null;
  /** How long each scenario takes when nobody is killed. */
  readonly #lengths = new Map<string, number>();

  static async open({ store, runner, stories }: WorldOptions): Promise<World> {
    const tree = await createSampleTree(stories);
    const server = await startKillable(runner, settingsOf(store, tree)).ready;
    const answer = await server.request('POST', '/api/v1/projects', { name: 'Killed', sdlc_path: tree.root });
    const { slug } = (await answer.json()) as { slug: string };
    return new World(store, runner, tree, slug, server);
  }

  private constructor(store: Store, runner: Runner, tree: SampleTree, slug: string, server: KillableServer) {
    this.store = store;
    this.#runner = runner;
    this.tree = tree;
    this.slug = slug;
    this.#server = server;
    this.#current = server;
    this.#follower = new JournalFollower(() => this.#current?.url ?? null);
    this.#witness = new Witness(store, this.#follower);
  }

  async step(scenario: Scenario, point: Point, random: Random, number: number): Promise<StepReport> {
    const stage = this.#createStage(random, number);
    await scenario.before?.(stage);
    if (scenario.kind === 'boot') await this.#end(this.#server);
    if (scenario.kind === 'beside') this.#beside = await this.#start(this.store.besideSettings ?? {});

    const heardBefore = this.#follower.heard.length;
    const lengthMs = this.#lengths.get(scenario.name) ?? 500;
    const cut = await killDuring({
      store: this.store,
      point,
      random,
      lengthMs,
      begin: scenario.kind === 'boot' ? () => this.#boot() : () => this.#act(scenario, stage),
      hears: (count) => this.#follower.hearsMore(count),
    });
    this.#current = null;
    if (!cut.wasCut) this.#lengths.set(scenario.name, cut.lengthMs);
    const events = this.#follower.heard.length - heardBefore;

    const wrong: string[] = [];
    this.#current = this.#beside ?? (await this.#restart());
    const { readyMs, readyCpuMs } = this.#current;
    // Half of the time nobody asks the other server: its own look must find what was left.
    if (this.#beside !== null && random.pick(2) === 0) wrong.push(...(await this.#sync(stage)));
    wrong.push(...(await this.#settles(this.#beside === null ? settleMs : settleBesideMs)));
    wrong.push(...((await scenario.after?.(stage)) ?? []));
    wrong.push(...(await this.#sync(stage)));
    wrong.push(
      ...(await this.#witness.look({
        alive: this.#alive(),
        slug: this.slug,
        root: this.tree.root,
        said: this.#current.said,
      })),
    );
    if (this.#beside !== null) await this.#leaveBeside(this.#beside);
    return {
      scenario: scenario.name,
      point: cut.description,
      readyMs,
      readyCpuMs,
      points: cut.wasCut ? null : { commits: cut.commits.length, events },
      commits: cut.commits,
      wrong,
    };
  }

  #act(scenario: Scenario, stage: Stage): ReturnType<Killing['begin']> {
    return { victim: this.#server, over: scenario.act(stage) };
  }

  #boot(): ReturnType<Killing['begin']> {
    const { child, gone, ready } = startKillable(this.#runner, settingsOf(this.store, this.tree));
    const keep = (server: KillableServer) => void (this.#server = server);
    // One that is killed before it is ready never is.
    return {
      victim: { kill: () => void child.kill('SIGKILL'), gone },
      over: ready.then(keep, () => undefined),
    };
  }

  async #start(settings: Readonly<Record<string, string>>): Promise<KillableServer> {
    return await startKillable(this.#runner, { ...settingsOf(this.store, this.tree), ...settings }).ready;
  }

  async #restart(): Promise<KillableServer> {
    this.#server = await this.#start({});
    return this.#server;
  }

  async #end(server: KillableServer): Promise<void> {
    server.kill();
    await server.gone;
  }

  /** The other server dies at rest, and the first comes back. */
  async #leaveBeside(beside: KillableServer): Promise<void> {
    await this.#end(beside);
    this.#beside = null;
    this.#current = null;
    this.#current = await this.#restart();
  }

  async #settles(withinMs: number): Promise<string[]> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const stuck = await findStuck(this.store.sql, this.#alive());
      if (stuck.length === 0 || performance.now() > deadline) return stuck;
      await setTimeout(20);
    }
  }

  /** A sync of its own, which must succeed, and the end of whatever else was queued. */
  async #sync(stage: Stage): Promise<string[]> {
    const body = { project: this.slug, force: stage.random.pick(4) === 0, background: false };
    const answer = await stage.ask('POST', '/api/cache/sync', body);
    const isIdle = async () => {
      const rows = await this.store.sql`select from operations where status in ('queued', 'running')`;
      return rows.length === 0;
    };
    const wrong =
      answer?.status === 200
        ? []
        : [`the next sync answered ${answer?.status}: ${JSON.stringify(answer?.body)}`];
    return await until('nothing waits or runs', isIdle, { withinMs: patienceMs }).then(
      () => wrong,
      (failure: Error) => [...wrong, failure.message],
    );
  }

  #alive(): number[] {
    return [this.#server, this.#beside].flatMap((server) =>
      server === null || server.isDead ? [] : [server.processId],
    );
  }

  #createStage(random: Random, step: number): Stage {
    const { store, tree, slug } = this;
    const server = () => this.#current ?? this.#server;
    const [follower, witness] = [this.#follower, this.#witness];
    return createStage({ store, tree, slug, random, step, follower, witness, server });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#server, this.#beside]) server?.kill();
    await this.#follower.stop();
    await Promise.all([this.#server.gone, this.#beside?.gone]);
    await this.store[Symbol.asyncDispose]();
    await this.tree[Symbol.asyncDispose]();
  }
}

export const settingsOf = (store: Store, tree: SampleTree): Record<string, string> => ({
  ...store.settings,
  SYNCLINE_CLAUDE_HOME: tree.claudeHome,
});
