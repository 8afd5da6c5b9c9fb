/** A folder that is lost is told from one that only changed. */
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EntryInspector } from '../../server/features/watching/entry-inspector.ts';

let root: string;
const at = (path: string) => join(root, path);
const write = (path: string) => writeFileSync(at(path), 'text');

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'syncline-entry-')));
  mkdirSync(at('project/docs/deep'), { recursive: true });
  write('project/docs/a.md');
  write('project/docs/deep/b.md');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function inspect(...entries: string[]): EntryInspector {
  const paths = (entries.length > 0 ? entries : ['project/docs']).map(at);
  return new EntryInspector(at('project'), paths, (path, kind) => kind === 'folder' || path.endsWith('.md'));
}

test.each<[string, () => void, string]>([
  ['the entry is deleted', () => rmSync(at('project/docs'), { recursive: true }), 'is missing'],
  ['the entry is moved away', () => renameSync(at('project/docs'), at('project/moved')), 'is missing'],
  ['the root is deleted', () => rmSync(at('project'), { recursive: true }), 'is missing'],
  [
    'the root is replaced by a link',
    () => (renameSync(at('project'), at('moved')), symlinkSync(at('moved'), at('project'))),
    'was replaced by a link',
  ],
  [
    'the entry is replaced by a file',
    () => (rmSync(at('project/docs'), { recursive: true }), write('project/docs')),
    'was replaced by a file',
  ],
  [
    'the entry is emptied, down to files that do not count',
    () => (
      rmSync(at('project/docs'), { recursive: true }),
      mkdirSync(at('project/docs')),
      write('project/docs/x.txt')
    ),
    'holds no file any more',
  ],
])('[DX16] it is told when %s, until it is undone', (_, lose, reason) => {
  const inspector = inspect();
  expect(inspector.look()).toBeNull();

  lose();
  expect(inspector.look()).toContain(reason);
  expect(inspector.look()).toContain(reason);

  rmSync(at('project'), { recursive: true, force: true });
  mkdirSync(at('project/docs'), { recursive: true });
  write('project/docs/new.md');
  expect(inspector.look()).toBeNull();
});

test('[DX16] as long as one file is left nothing is lost', () => {
  const inspector = inspect();
  inspector.look();

  rmSync(at('project/docs/a.md'));
  expect(inspector.look()).toBeNull();
  write('project/docs/c.md');
  rmSync(at('project/docs/deep'), { recursive: true });

  expect(inspector.look()).toBeNull();
});

test('[DX16] a folder that was never there, or was empty from the start, is no loss', () => {
  mkdirSync(at('project/empty'));
  const inspector = inspect('project/empty', 'project/absent');

  expect(inspector.look()).toBeNull();
  expect(inspector.look()).toBeNull();
});

test('[DX16] a folder that was empty at the start can be emptied once a file was heard of', () => {
  mkdirSync(at('project/empty'));
  const inspector = inspect('project/empty');
  inspector.look();
  write('project/empty/a.md');

  inspector.note(at('project/empty/a.md'));
  expect(inspector.look()).toBeNull();
  rmSync(at('project/empty/a.md'));

  expect(inspector.look()).toContain('holds no file any more');
});
