/** Which folders of Claude Code belong to a project, told by their names alone (SE1, SE2). */
import { expect, test } from 'vitest';
import { judgeFolder, toFolderNames } from '../../server/features/sessions/folder-names.ts';

test.each([
  ['/home/ada/app', ['-home-ada-app']],
  ['/home/ada/my.app_two', ['-home-ada-my-app-two']],
  ['/home/ada/näh app', ['-home-ada-n-h-app', '-home-ada-näh app']],
])('[SE1] %s is encoded by the rules of today and of older programs', (path, names) => {
  expect(toFolderNames(path)).toEqual(names);
});

test.each([
  ['-x-app', 'own'],
  ['-x-app--claude-worktrees-fix', 'own'],
  ['-x-app--git-hermes-worktrees-fix', 'own'],
  ['-x-app--claude-worktrees-', 'candidate'],
  ['-x-app-two', 'candidate'],
  ['-x-app-server', 'candidate'],
  ['-y-elsewhere-app', 'own'],
  ['-x-apple', 'foreign'],
  ['-x', 'foreign'],
])('[SE2] beside /x/app and its worktree /y/elsewhere/app, %s is %s', (name, verdict) => {
  expect(judgeFolder(name, ['/x/app', '/y/elsewhere/app'])).toBe(verdict);
});
