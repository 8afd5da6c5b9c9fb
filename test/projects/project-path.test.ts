import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isInside, resolveProjectPath } from '../../server/features/projects/project-path.ts';
import { createTempTree } from '../support/temp-tree.ts';

test.each([
  ['/base', '/base', true],
  ['/base', '/base/a', true],
  ['/base', '/base/..a', true],
  ['/base', '/base2', false],
  ['/base', '/', false],
  ['/base', '/base/../other', false],
  ['/', '/anything', true],
])('[PJ6] inside %s lies %s: %s', (folder, path, expected) => {
  expect(isInside(folder, path)).toBe(expected);
});

const noBase = { home: '/home/ada', allowedBase: null };

test('[PJ5] links are followed once, and the real path is kept without its slash', async () => {
  const tree = createTempTree(['real/a.md']);
  symlinkSync(tree.at('real'), tree.at('link'));

  expect(await resolveProjectPath(`${tree.at('link')}/`, noBase)).toBe(tree.at('real'));
});

test.each([
  ['a folder that is not there', '/nonexistent/folder', 'Path does not exist: /nonexistent/folder'],
  ['a file', '/etc/hostname', 'Path is not a directory: /etc/hostname'],
  ['the root', '/', 'Path may not be registered: /'],
  ['kernel files', '/proc/self', 'Path may not be registered: /proc/self'],
  ['devices', '/dev', 'Path may not be registered: /dev'],
  ['system state', '/sys/kernel', 'Path may not be registered: /sys/kernel'],
  ['all homes', '/home', 'Path may not be registered: /home'],
])('[PJ5, GU6] %s is refused by name', async (_what, path, message) => {
  await expect(resolveProjectPath(path, noBase)).rejects.toMatchObject({ code: 'PATH_NOT_FOUND', message });
});

test('[GU6] a home itself is refused, also by a link to it; a folder inside is not', async () => {
  const tree = createTempTree(['home/project/a.md', 'home/.ssh/keys/a.md']);
  const rules = { home: tree.at('home'), allowedBase: null };
  symlinkSync(tree.at('home'), tree.at('alias'));

  for (const path of ['home', 'alias', 'home/.ssh', 'home/.ssh/keys']) {
    await expect(resolveProjectPath(tree.at(path), rules)).rejects.toThrow('may not be registered');
  }
  expect(await resolveProjectPath(tree.at('home/project'), rules)).toBe(tree.at('home/project'));
});

test('[PJ6] outside the base the answer is the same whether the path exists or not', async () => {
  const tree = createTempTree(['base/in/a.md', 'base2/a.md', 'other/a.md']);
  symlinkSync(tree.at('other'), tree.at('base/out'));
  mkdirSync(tree.at('other/there'));
  const rules = { home: '/home/ada', allowedBase: tree.at('base') };
  const outside = [
    'base2',
    'base2/none',
    'other',
    'other/none',
    'base/out',
    'base/out/there',
    'base/out/none',
  ];

  for (const path of outside) {
    await expect(resolveProjectPath(tree.at(path), rules)).rejects.toThrow(
      'Path is outside the allowed base',
    );
  }
  expect(await resolveProjectPath(tree.at('base/in'), rules)).toBe(tree.at('base/in'));
  await expect(resolveProjectPath(join(tree.root, 'base/none'), rules)).rejects.toThrow('does not exist');
});
