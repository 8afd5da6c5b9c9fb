/** A sync that meets a full disk or a slow one: it waits, ends as what it was, and what it had to do is done (F10). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OperationRecord } from '../../../shared/operations.ts';
import type { Health } from '../../../shared/views/status.ts';
import { createSlowGit, type SlowGit } from '../../support/slow-git.ts';
import { until } from '../../support/until.ts';
import { fillDisk, openOutageKit, type OutageKit } from './outage-kit.ts';

let kit: OutageKit;
let git: SlowGit;

beforeEach(async () => {
  git = await createSlowGit();
  kit = await openOutageKit({ PATH: git.path });
  kit.tree.git('init', '-q');
});
afterEach(async () => {
  await git.open();
  await kit[Symbol.asyncDispose]();
  await git[Symbol.asyncDispose]();
});

const health = () => kit.server.json<Health>('/api/health');

test('[F10] a sync that meets it ends as such once it can, and is made again by itself', async () => {
  await git.shut();
  const answer = await kit.server.request('POST', '/api/cache/sync', { project: kit.slug });
  const { operationId } = (await answer.json()) as { operationId: string };
  const read = (id: string) => kit.server.json<OperationRecord>(`/api/cache/operations/${id}`);
  await until('it asks git', async () => (await read(operationId)).phase === 'git-dates');
  const mend = await fillDisk(kit.sql);
  await git.open();
  await until('it has met the full disk', async () => (await health()).degraded.length > 0);
  expect(await read(operationId)).toMatchObject({ status: 'running' });

  await mend();

  const ended = await until('it has ended', async () => {
    const record = await read(operationId);
    return record.finishedAt === null ? undefined : record;
  });
  expect(ended).toMatchObject({ status: 'failed', errorCode: 'database_unavailable' });
  const [again] = await kit.sql<{ id: string }[]>`select id from operations where retry_of = ${operationId}`;
  await until('it was made again', async () => (await read(again!.id)).status === 'completed', {
    withinMs: 20_000,
  });
  expect(await kit.server.json(`/api/v1/projects/${kit.slug}`)).toMatchObject({
    sync_status: 'synced',
    document_count: 1,
  });
});
