/** The tasks a progress document lists. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { readTaskStatus } from '../../server/features/plans/derive/task-status.ts';
import { readTasks, toPhaseToken } from '../../server/features/plans/derive/tasks.ts';

const source = { projectId: 'p_1', path: 'progress/a-b/phase-1.md', phase: '1', line: 7 };

test.each([
  ['completed', 'done'],
  ['Complete', 'done'],
  ['✅ done', 'done'],
  ['in-progress', 'in-progress'],
  ['In Progress', 'in-progress'],
  ['in_progress', 'in-progress'],
  ['review', 'review'],
  ['blocked', 'blocked'],
  ['pending', 'backlog'],
  ['planning', 'backlog'],
  ['todo', 'backlog'],
  ['not_started', 'backlog'],
  ['deferred', 'deferred'],
  ['postponed', 'deferred'],
  ['skipped', 'deferred'],
  ['wont-do', 'deferred'],
  ['deviated', 'unknown'],
  ['done-ish', 'unknown'],
  [null, 'backlog'],
])('[FT7] a task that says %s is %s', (raw, status) => {
  expect(readTaskStatus(raw)).toBe(status);
});

test('[FT6] a task has the fields of the contract, and null for what is not said', () => {
  const { tasks } = readTasks(
    [
      {
        id: 'A-1',
        name: 'Draw the lamp',
        description: 'On paper',
        status: 'completed',
        assigned_to: ['ann', 'bo'],
        estimated_effort: '2 pts',
        story_points: 3,
        dependencies: 'A-0, A-9',
        session_id: 'S-1',
        commit: 'abc1234',
        model: 'opus',
      },
    ],
    source,
  );

  expect(tasks).toEqual([
    {
      id: `T-${createHash('sha1').update('p_1\0progress/a-b/phase-1.md\0A-1').digest('hex').slice(0, 20)}`,
      rawId: 'A-1',
      position: 1,
      title: 'Draw the lamp',
      description: 'On paper',
      status: 'done',
      rawStatus: 'completed',
      assignedTo: ['ann', 'bo'],
      model: 'opus',
      priority: null,
      effort: '2 pts',
      storyPoints: 3,
      dependencies: ['A-0', 'A-9'],
      sessionIds: ['S-1'],
      commitHashes: ['abc1234'],
      phase: '1',
      line: 7,
    },
  ]);
});

test('[FT6] a raw id twice in a file gets #2 and an issue; without id a task is known by its position', () => {
  const { tasks, issues } = readTasks([{ id: 'X' }, { id: 'X' }, { id: 'X' }, { title: 'No id' }], source);

  expect(tasks.map((task) => task.rawId)).toEqual(['X', 'X#2', 'X#3', '4']);
  expect(new Set(tasks.map((task) => task.id)).size).toBe(4);
  expect(issues.map(({ code, path, line }) => [code, path, line])).toEqual([
    ['DUPLICATE_ID', source.path, 7],
    ['DUPLICATE_ID', source.path, 7],
  ]);
});

test('[FT7] a status that no table knows is an issue that names task and value', () => {
  const { issues } = readTasks(
    [{ id: 'A', status: 'deviated' }, { id: 'B' }, { id: 'C', status: ['done'] }],
    source,
  );

  expect(issues.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'UNKNOWN_STATUS Status "deviated" of task "A" is in no vocabulary; correct it',
    'UNKNOWN_STATUS Status "["done"]" of task "C" is in no vocabulary; correct it',
  ]);
});

test.each([
  [
    'a mapping of ids',
    { 'A-1': { title: 'One' }, 'A-2': { id: 'own', name: 'Two' }, note: 'text' },
    ['A-1', 'own'],
  ],
  ['plain lines', ['Do this', ' ', 'Do that'], ['1', '2']],
  ['nothing', null, []],
  ['one text', 'Do this', ['1']],
  ['numbers and nulls', [null, 7, [], { id: 9 }], ['9']],
])('[FT6] tasks are read from %s', (_what, value, rawIds) => {
  expect(readTasks(value, source).tasks.map((task) => task.rawId)).toEqual(rawIds);
});

test.each([
  ['1', '1'],
  ['Phase 2: Setup', '2'],
  ['phase-3', '3'],
  ['2-3', '2-3'],
  ['1.5', '1.5'],
  ['all', 'all'],
  ['Cleanup', 'cleanup'],
  ['2nd', '2nd'],
  [null, null],
])('[FT8] %s is the phase token %s', (text, token) => {
  expect(toPhaseToken(text)).toBe(token);
});
