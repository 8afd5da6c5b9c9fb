import { describe, expect, test } from 'vitest';
import { foldProject } from '../../client/dashboard/folds/project.ts';
import { foldProjects } from '../../client/dashboard/folds/projects.ts';
import { toWatchSummary } from '../../client/dashboard/format/watching.ts';
import { documentsChanged, event, operation, project, progress } from './build.ts';

describe('the list of projects', () => {
  const atlas = project('atlas', { active: true });
  const dune = project('dune');
  const list = [atlas, dune];

  test('[PJ14] a registered project is added at the end', () => {
    const ember = project('ember');

    expect(foldProjects(list, event('project:registered', { project: ember }))).toEqual([...list, ember]);
  });

  test('[PJ14] a registration that the snapshot already holds does not double it', () => {
    expect(foldProjects(list, event('project:registered', { project: dune }))).toEqual(list);
  });

  test('[PJ14] a changed project replaces its card in place', () => {
    const renamed = { ...atlas, name: 'Atlas 2' };

    expect(foldProjects(list, event('project:changed', { project: renamed }))).toEqual([renamed, dune]);
  });

  test('[PJ12] the project that becomes active takes it from the other', () => {
    const after = foldProjects(list, event('project:changed', { project: { ...dune, active: true } }));

    expect(after).toMatchObject([
      { slug: 'atlas', active: false },
      { slug: 'dune', active: true },
    ]);
  });

  test('[PJ14] a status event carries the whole card', () => {
    const syncing = { ...dune, sync_status: 'syncing' as const };
    const moved = event('project:status', { from: 'synced', to: 'syncing', project: syncing });

    expect(foldProjects(list, moved)).toEqual([atlas, syncing]);
  });

  test('[PJ14] a removed project leaves', () => {
    expect(foldProjects(list, event('project:removed', { slug: 'atlas' }))).toEqual([dune]);
  });

  test('[SY17] changed documents move the counts of their project and nothing else', () => {
    const changed = documentsChanged({ documentCount: 7, issueCount: 2 }, { slug: 'dune' });

    expect(foldProjects(list, changed)).toEqual([atlas, { ...dune, document_count: 7, issue_count: 2 }]);
  });

  test.each([
    ['an event of an operation', progress(1, {})],
    ['documents of an unknown project', documentsChanged({ documentCount: 3 }, { slug: 'fjord' })],
    ['counts that are the same', documentsChanged({}, { slug: 'dune' })],
    ['the removal of an unknown project', event('project:removed', { slug: 'fjord' })],
  ])('%s leaves the very same list, so that nothing is drawn again', (_, unrelated) => {
    expect(foldProjects(list, unrelated)).toBe(list);
  });
});

describe('one project', () => {
  const atlas = project('atlas');
  const fold = foldProject('atlas');

  test('its removal leaves nothing to show', () => {
    expect(fold(atlas, event('project:removed', { slug: 'atlas' }))).toBeNull();
  });

  test('[PJ13] a project registered anew under its slug is shown again', () => {
    expect(fold(null, event('project:registered', { project: atlas }))).toEqual(atlas);
  });

  test.each([
    ['project:changed', event('project:changed', { project: project('dune') })],
    ['project:removed', event('project:removed', { slug: 'dune' })],
    ['documents:changed', documentsChanged({ documentCount: 9 }, { slug: 'dune' })],
    ['operation:queued', event('operation:queued', { operation: operation(1) })],
  ])('%s of another project changes nothing', (_, other) => {
    expect(fold(atlas, other)).toBe(atlas);
  });
});

describe('the watchers as one state', () => {
  test.each([
    [[], { state: 'off', count: 0, watching: 0, total: 0 }],
    [['watching', 'watching'], { state: 'watching', count: 2, watching: 2, total: 2 }],
    [['watching', 'off'], { state: 'watching', count: 1, watching: 1, total: 2 }],
    [['watching', 'polling', 'polling'], { state: 'polling', count: 2, watching: 3, total: 3 }],
    [['polling', 'halted', 'retrying'], { state: 'halted', count: 1, watching: 1, total: 3 }],
  ] as const)('of %j the worst is told', (states, summary) => {
    expect(toWatchSummary(states.map((watchState) => ({ watchState })))).toEqual(summary);
  });
});
