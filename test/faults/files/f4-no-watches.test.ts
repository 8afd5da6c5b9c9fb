/** The system has no watch left to give (F4). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Health, WatchStatus } from '../../../shared/views/status.ts';
import { createTestDatabase } from '../../support/database.ts';
import { startServerProcess } from '../../support/server-process.ts';
import { createTree } from '../../support/tree.ts';
import { until } from '../../support/until.ts';
import { limitInotify } from './limited-inotify.ts';
import { manyFiles, patiently } from './files-kit.ts';

// A server and many files: on a busy machine each step takes its time.
vi.setConfig({ testTimeout: 120_000 });

test.concurrent.each([
  ['ENOSPC', { watches: 5 }, 'fs.inotify.max_user_watches'],
  ['EMFILE', { instances: 0 }, 'ulimit -n'],
] as const)(
  '[F4] %s: the folders are polled, health says so with the remedy, and the watch returns',
  async (code, limit, remedy) => {
    await using tree = await createTree(manyFiles(400));
    const database = await createTestDatabase();
    const scratch = mkdtempSync(join(tmpdir(), 'syncline-limit-'));
    const limited = limitInotify(limit, scratch);
    const server = await startServerProcess(
      database.url,
      {
        SYNCLINE_WATCH_POLL_MS: '200',
        SYNCLINE_WATCH_RETRY_S: '1',
        SYNCLINE_RECONCILE_INTERVAL_S: '0',
        ...limited.env,
      },
      [],
      limited.command,
    );
    try {
      const beginning = (await server.json<{ head: string }>('/api/events?limit=1')).head;
      const created = await server.request('POST', '/api/v1/projects', {
        name: 'Limited',
        sdlc_path: tree.root,
        watch: true,
      });
      expect(created.status).toBe(201);
      const state = async () =>
        (await server.json<{ watch: WatchStatus }>('/api/cache/status?project=limited')).watch;
      await until('the folders are polled', async () => (await state()).state === 'polling', patiently);
      await server.request('POST', '/api/cache/sync', {
        project: 'limited',
        background: false,
        force: false,
      });
      const health = await server.json<Health>('/api/health');

      expect((await state()).reason).toContain(code);
      expect(health.status).toBe('degraded');
      expect(health.degraded).toEqual([
        expect.objectContaining({ code: 'watch_polling', remedy: expect.stringContaining(remedy) }),
      ]);

      await tree.write('part-0/US00003-story.md', '# Saved while polled\n');
      await until(
        'the save is seen by polling',
        async () => (await titleOf('US00003-story')) === 'Saved while polled',
      );

      limited.lift();
      await until('the native watch is back', async () => (await state()).state === 'watching', patiently);
      await tree.write('part-0/US00003-story.md', '# Saved while watched\n');
      await until(
        'the save is heard',
        async () => (await titleOf('US00003-story')) === 'Saved while watched',
      );
      const { events } = await server.json<{ events: { type: string }[] }>(
        `/api/events?topics=project:limited&limit=1000&after=${beginning}`,
      );
      const told = events.flatMap(({ type }) =>
        /^watch:(ready|degraded|recovered)$/.test(type) ? [type] : [],
      );
      expect(told).toEqual(['watch:degraded', 'watch:recovered']);
      expect((await server.json<Health>('/api/health')).status).toBe('ok');

      async function titleOf(id: string) {
        return (await server.json<{ title?: string }>(`/api/v1/projects/limited/documents/story/${id}`))
          .title;
      }
    } finally {
      await server[Symbol.asyncDispose]();
      await database.drop();
      rmSync(scratch, { recursive: true, force: true });
    }
  },
);
