import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HealthCheck } from '../../shared/views/health-check.ts';
import type { ProjectStatistics } from '../../shared/views/statistics.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;

beforeAll(async () => {
  kit = await openSyncKit();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const check = ({ slug }: TestProject) =>
  kit.server.json<HealthCheck>(`/api/v1/projects/${slug}/health-check`);

test('[HC4] each setting is changed by itself, and the change is told', async () => {
  const project = await kit.addProject({ 'a.md': '# A' });
  const cursor = await project.cursor();

  await project.put({ health: { suppress: ['MISSING_PRD', 'MISSING_PRD'] } });
  await project.put({ health: { stale_days: 90 } });

  expect((await check(project)).settings).toEqual({ suppress: ['MISSING_PRD'], stale_days: 90 });
  await project.untilEvent('project:changed', cursor);
});

test.each([
  ['an unknown rule', { suppress: ['MISSING_COFFEE'] }],
  ['no days', { stale_days: 0 }],
  ['too many days', { stale_days: 3651 }],
])('[HC4] %s is 422 and changes nothing', async (_case, health) => {
  const project = await kit.addProject();

  const { status } = await project.put({ health });

  expect(status).toBe(422);
  expect((await check(project)).settings).toEqual({ suppress: [], stale_days: 30 });
});

test('[HC4, SA3] what the tree says about itself counts from the sync on that reads it', async () => {
  const story = '# US0001: A\n\n> **Status:** Shipped\n';
  const project = await kit.addProject({ 'stories/US0001-a.md': story });
  await project.sync();
  const statistics = () => kit.server.json<ProjectStatistics>(`/api/v1/projects/${project.slug}/stats`);
  const before = await statistics();

  await writeFile(
    join(project.tree.root, '.config.yaml'),
    'health: {suppress: [MISSING_TRD, NO_SUCH_RULE], stale_days: 7}\nstatus_vocab: {story: {terminal: [Shipped]}}\n',
  );
  await project.sync();

  expect(before.completion_percentage).toBe(0);
  expect((await statistics()).completion_percentage).toBe(100);
  expect((await check(project)).settings).toEqual({ suppress: ['MISSING_TRD'], stale_days: 7 });
  expect(await project.openIssues()).toContainEqual(
    expect.objectContaining({
      path: '.config.yaml',
      message: expect.stringContaining('health.suppress.NO_SUCH_RULE'),
    }),
  );
});
