/** A person who never stops: edits files, starts syncs and rebuilds on either server, cancels, asks again when cut off. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createTree, type TestTree } from '../../support/tree.ts';
import { chanceOf, type Chance } from './chance.ts';
import type { OperationAck, ViewSnapshot } from './history.ts';
import { projectSlugs } from './plan.ts';
import { readViews } from './views.ts';

interface ProductOptions {
  readonly seed: number;
  readonly urls: () => readonly (string | null)[];
  readonly pauseMs: number;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const files = Array.from({ length: 24 }, (_, number) => `docs/US${1000 + number}-story.md`);
const glimpsesKept = 300;

export class Product implements AsyncDisposable {
  readonly #options: ProductOptions;
  readonly #chance: Chance;
  readonly #trees: TestTree[] = [];
  readonly #started: string[] = [];
  readonly acks: OperationAck[] = [];
  readonly glimpses: ViewSnapshot[] = [];
  readonly oddities: string[] = [];
  #isStopping = false;
  #running: Promise<void> = Promise.resolve();
  #asked = 0;

  private constructor(options: ProductOptions) {
    this.#options = options;
    this.#chance = chanceOf(options.seed, 2);
  }

  static async open(options: ProductOptions): Promise<Product> {
    const product = new Product(options);
    for (const slug of projectSlugs) await product.#register(slug);
    product.#running = product.#work();
    return product;
  }

  get requests(): number {
    return this.#asked;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    for (const tree of this.#trees) await tree[Symbol.asyncDispose]();
  }

  async #register(slug: string): Promise<void> {
    const tree = await createTree(Object.fromEntries(files.map((path) => [path, this.#text(0)])));
    this.#trees.push(tree);
    const answer = await this.#ask('/api/v1/projects', { name: slug, sdlc_path: tree.root, watch: false });
    if (answer?.body.slug !== slug)
      throw new Error(`"${slug}" could not be registered: ${JSON.stringify(answer)}`);
  }

  async #work(): Promise<void> {
    while (!this.#isStopping) {
      await this.#step();
      await wait(this.#options.pauseMs * this.#chance.between(0, 2));
    }
  }

  async #step(): Promise<void> {
    const chance = this.#chance;
    const project = chance.pick(projectSlugs);
    const trigger = `law-${(this.#asked += 1)}`;
    const paths = await this.#edit(project);
    switch (
      chance.weigh([
        ['sync', 4],
        ['paths', 4],
        ['links', 2],
        ['cancel', 3],
        ['retry', 1],
        ['plan', 1],
        ['view', 3],
      ])
    ) {
      case 'sync':
        return await this.#start('/api/cache/sync', { project, force: chance.is(0.3), trigger });
      case 'paths':
        return await this.#start('/api/cache/sync-paths', { project, paths, background: true, trigger });
      case 'links':
        return await this.#start('/api/cache/rebuild-links', { project, trigger });
      case 'cancel':
        return void (await this.#ask(`/api/cache/operations/${this.#started.at(-1) ?? 'none'}/cancel`, {}));
      case 'retry':
        return await this.#start(`/api/cache/operations/${chance.pick(this.#started) ?? 'none'}/retry`, {});
      case 'plan':
        return void (await this.#ask('/api/cache/sync-paths', { project, paths, dryRun: true }));
      default:
        return await this.#glimpse();
    }
  }

  /** Answers what has changed. */
  async #edit(project: (typeof projectSlugs)[number]): Promise<{ path: string }[]> {
    const tree = this.#trees[projectSlugs.indexOf(project)]!;
    const paths = Array.from({ length: this.#chance.between(1, 4) }, () => this.#chance.pick(files));
    for (const path of paths) {
      const place = join(tree.root, path);
      if (this.#chance.is(0.15)) await rm(place, { force: true });
      else await writeFile(place, this.#text(this.#asked));
    }
    return [...new Set(paths)].map((path) => ({ path }));
  }

  #text(version: number): string {
    const status = this.#chance.pick(['Draft', 'Done', 'In Progress']);
    return `# Story, version ${version}\n\n> **Status:** ${status}\n> **Epic:** EP${this.#chance.between(1000, 1005)}\n`;
  }

  /** What is answered with 202 is promised; one key is asked again, on either server, until there is an answer. */
  async #start(path: string, body: object): Promise<void> {
    const answer = await this.#ask(path, body);
    const { operationId } = answer?.body ?? {};
    if (answer?.status !== 202 && answer?.status !== 200) return;
    if (typeof operationId !== 'string')
      return void this.oddities.push(`${path}: ${JSON.stringify(answer.body)}`);
    this.#started.push(operationId);
    if (this.#started.length > 20) this.#started.shift();
    this.acks.push({ operationId, asked: `${path} ${JSON.stringify(body)}` });
  }

  async #ask(path: string, body: object): Promise<Answer | null> {
    const key = randomUUID();
    for (let attempt = 0; attempt < 4; attempt++) {
      const answer = await this.#send(path, body, key);
      if (answer !== null && ![409, 429, 503].includes(answer.status)) return this.#judged(path, answer);
      if (this.#isStopping) return null;
      await wait(100);
    }
    return null;
  }

  #judged(path: string, answer: Answer): Answer {
    if (answer.status >= 500)
      this.oddities.push(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** Null when the server is down, or died over it. */
  async #send(path: string, body: object, key: string): Promise<Answer | null> {
    const url = this.#options.urls()[this.#chance.between(0, 1)] ?? null;
    if (url === null) return null;
    try {
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(15_000),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    } catch {
      return null;
    }
  }

  async #glimpse(): Promise<void> {
    const url = this.#options.urls()[this.#chance.between(0, 1)] ?? null;
    if (url === null || this.glimpses.length >= glimpsesKept) return;
    const views = await readViews(url, { newest: 30 }).catch(() => []);
    this.glimpses.push(...views);
  }
}
