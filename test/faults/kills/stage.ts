/** One step's way to speak with whichever server lives, and to learn that it has died. */
import { setTimeout } from 'node:timers/promises';
import { findWrongDocuments } from './checks.ts';
import type { JournalFollower } from './journal-follower.ts';
import type { KillableServer } from './killable-server.ts';
import type { Random } from './random.ts';
import type { SampleTree } from './sample-tree.ts';
import type { Answer, Stage } from './scenarios.ts';
import type { Store } from './store.ts';
import type { Witness } from './witness.ts';

interface StageParts {
  readonly store: Store;
  readonly tree: SampleTree;
  readonly slug: string;
  readonly random: Random;
  readonly step: number;
  readonly follower: JournalFollower;
  readonly witness: Witness;
  /** The one that is spoken with now. */
  readonly server: () => KillableServer;
}

const isEnd = /^operation:(completed|failed|cancelled)$/;
const convergeMs = 30_000;

export function createStage(parts: StageParts): Stage {
  const { store, tree, slug, random, step, follower, witness, server } = parts;
  const ask: Stage['ask'] = async (method, path, body, headers) => {
    const asked = server();
    try {
      const answer = await asked.request(method, path, body, headers);
      const text = await answer.text();
      const told = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
      const id = told.operationId ?? answer.headers.get('x-operation-id');
      if (answer.ok && typeof id === 'string') witness.acknowledged.add(id);
      return { status: answer.status, headers: answer.headers, body: told };
    } catch (failure) {
      // The connection is closed a moment before the process is known to be gone.
      await Promise.race([asked.gone, setTimeout(2_000)]);
      if (asked.isDead) return null;
      throw failure;
    }
  };
  return {
    tree,
    random,
    slug,
    step,
    promised: new Set(),
    ask,
    async ended(operationId) {
      if (typeof operationId !== 'string') return;
      const end = follower.hears(
        (heard) => heard.operationId === operationId && isEnd.test(heard.type),
        witness.checkedSeq,
      );
      await Promise.race([server().gone, end]);
    },
    operations: async ({ trigger }) =>
      await store.sql<{ id: string; status: string; errorCode: string | null }[]>`
        select id, status, error_code as "errorCode" from operations where trigger = ${trigger}`,
    async converges(of) {
      const deadline = performance.now() + convergeMs;
      const watched = server();
      for (;;) {
        const wrong = await findWrongDocuments(store.sql, of, tree.root).catch((failure: unknown) => {
          if (watched.isDead) return [];
          throw failure;
        });
        if (wrong.length === 0 || watched.isDead || performance.now() > deadline) return wrong;
        await setTimeout(30);
      }
    },
    register: async () =>
      (await ask('POST', '/api/v1/projects', {
        name: `Second ${step}`,
        sdlc_path: tree.root,
      })) as Answer<{ slug: string }> | null,
  };
}
