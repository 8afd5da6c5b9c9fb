/** What a server is doing when it is killed, and what its clients ask of it afterwards. */
import { birthName } from './birth.ts';
import type { Random } from './random.ts';
import type { SampleTree } from './sample-tree.ts';

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Stage {
  readonly tree: SampleTree;
  readonly random: Random;
  /** The project that is always there. */
  readonly slug: string;
  /** Number of this step: for names. */
  readonly step: number;
  /** Null when the server died before it answered. Ids of operations in answers are remembered as acknowledged. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer | null>;
  /** Resolves when the follower has heard its end, or the server is dead. */
  ended(operationId: unknown): Promise<void>;
  /** Operations in the tables, by what `where` says of them. */
  operations(where: { trigger: string }): Promise<{ id: string; status: string; errorCode: string | null }[]>;
  /** The index equals the disk without anybody asking for it. */
  converges(slug: string): Promise<string[]>;
  /** What a client was told, for `after`. */
  readonly promised: Set<string>;
  /** A second project on the same tree. */
  register(): Promise<Answer<{ slug: string }> | null>;
}

export interface Scenario {
  readonly name: string;
  /** `boot`: killed while it starts, `birth`: for the first time; `beside`: another server of the database goes on. */
  readonly kind?: 'birth' | 'boot' | 'beside';
  /** On a server that lives. */
  readonly before?: (stage: Stage) => Promise<void>;
  /** Killed somewhere in here, or right after. */
  readonly act: (stage: Stage) => Promise<void>;
  /** With the next server; answers what is wrong. */
  readonly after?: (stage: Stage) => Promise<string[]>;
}

const sync = (stage: Stage, body: object = {}, headers?: Record<string, string>) =>
  stage.ask('POST', '/api/cache/sync', { project: stage.slug, force: false, ...body }, headers);

async function syncToEnd(stage: Stage, body: object = {}): Promise<void> {
  await stage.ended((await sync(stage, body))?.body.operationId);
}

const change = async ({ tree, random }: Stage) => void (await tree.change(random.pick));

const watch = (stage: Stage, isOn: boolean) =>
  stage.ask('PUT', `/api/v1/projects/${stage.slug}`, { watch: isOn });

const secondOf = (stage: Stage) => `second-${stage.step}`;

async function registerAndSync(stage: Stage): Promise<void> {
  const registered = await stage.register();
  await syncToEnd(stage, { project: registered?.body.slug ?? secondOf(stage) });
}

/** Gone for good, whether or not the killed server had begun with it. */
async function forgetSecond(stage: Stage): Promise<string[]> {
  const answer = await stage.ask('DELETE', `/api/v1/projects/${secondOf(stage)}`);
  return [204, 404].includes(answer?.status ?? 0) ? [] : [`DELETE answered ${answer?.status} after the kill`];
}

const keyOf = (stage: Stage) => ({ 'idempotency-key': `key-${stage.step}` });
const keyed = (stage: Stage) => sync(stage, { trigger: `keyed-${stage.step}` }, keyOf(stage));

export const scenarios: readonly Scenario[] = [
  { name: 'a sync of changes', before: change, act: syncToEnd },
  { name: 'a forced sync', act: (stage) => syncToEnd(stage, { force: true }) },
  { name: 'a sync of nothing', act: syncToEnd },
  {
    name: 'a manual sync',
    before: change,
    async act(stage) {
      const answer = await stage.ask('POST', `/api/v1/projects/${stage.slug}/sync`);
      await stage.ended(answer?.headers.get('x-operation-id'));
    },
  },
  {
    name: 'changed paths',
    async act(stage) {
      const paths = await stage.tree.change(stage.random.pick);
      const answer = await stage.ask('POST', '/api/cache/sync-paths', {
        project: stage.slug,
        paths,
        background: true,
      });
      await stage.ended(answer?.body.operationId);
    },
  },
  {
    name: 'a rebuild of links',
    before: change,
    async act(stage) {
      const answer = await stage.ask('POST', '/api/cache/rebuild-links', { project: stage.slug });
      await stage.ended(answer?.body.operationId);
    },
  },
  {
    name: 'registration and a first sync',
    act: registerAndSync,
    async after(stage) {
      // Asked again by somebody who got no answer: made now, or there already.
      const again = await stage.register();
      if (![201, 409].includes(again?.status ?? 0)) return [`Registration answered ${again?.status} again`];
      await syncToEnd(stage, { project: secondOf(stage) });
      return [...(await stage.converges(secondOf(stage))), ...(await forgetSecond(stage))];
    },
  },
  {
    name: 'the removal of a project',
    before: registerAndSync,
    act: async (stage) => void (await stage.ask('DELETE', `/api/v1/projects/${secondOf(stage)}`)),
    after: forgetSecond,
  },
  {
    name: 'the removal of a project that syncs',
    before: async (stage) => void (await stage.register()),
    async act(stage) {
      await sync(stage, { project: secondOf(stage) });
      await stage.ask('DELETE', `/api/v1/projects/${secondOf(stage)}`);
    },
    after: forgetSecond,
  },
  {
    name: 'a sync with an Idempotency-Key',
    before: change,
    act: async (stage) => await stage.ended((await keyed(stage))?.body.operationId),
    async after(stage) {
      const again = await keyed(stage);
      const made = await stage.operations({ trigger: `keyed-${stage.step}` });
      const wrong = again?.status === 202 ? [] : [`the key was answered ${again?.status} after the kill`];
      if (made.length === 1 && made[0]?.id === again?.body.operationId) return wrong;
      const ids = made.map(({ id }) => id).join(' ');
      return [...wrong, `one key made [${ids}] and was answered with ${String(again?.body.operationId)}`];
    },
  },
  {
    name: 'a cancelled sync',
    before: change,
    async act(stage) {
      const started = await sync(stage, { force: true, trigger: `cancelled-${stage.step}` });
      const id = String(started?.body.operationId);
      if (started === null) return;
      const wish = await stage.ask('POST', `/api/cache/operations/${id}/cancel`);
      if (wish?.status === 202) stage.promised.add('cancelled');
      await stage.ended(id);
    },
    async after(stage) {
      if (!stage.promised.has('cancelled')) return [];
      const [made] = await stage.operations({ trigger: `cancelled-${stage.step}` });
      return made?.status === 'cancelled' ? [] : [`the wish to cancel ${made?.id} was lost: ${made?.status}`];
    },
  },
  {
    name: 'a save that is watched',
    before: async (stage) => void (await watch(stage, true)),
    async act(stage) {
      await change(stage);
      await stage.converges(stage.slug);
    },
    async after(stage) {
      // Nobody asks for anything: the next server finds by itself what the killed one had not indexed.
      const wrong = await stage.converges(stage.slug);
      await watch(stage, false);
      return wrong;
    },
  },
  { name: birthName, kind: 'birth', act: async () => undefined },
  { name: 'a start', kind: 'boot', act: async () => undefined },
  { name: 'a sync beside another server', kind: 'beside', before: change, act: syncToEnd },
  {
    name: 'three operations in one lane',
    before: change,
    async act(stage) {
      const paths = await stage.tree.change(stage.random.pick);
      const started = [
        await sync(stage, { force: true }),
        await stage.ask('POST', '/api/cache/rebuild-links', { project: stage.slug }),
        await stage.ask('POST', '/api/cache/sync-paths', { project: stage.slug, paths, background: true }),
      ];
      for (const answer of started) await stage.ended(answer?.body.operationId);
    },
  },
];
