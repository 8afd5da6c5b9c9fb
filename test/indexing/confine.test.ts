/** Paths from outside stay within the roots of their project. */
import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { confine } from '../../server/features/indexing/confine.ts';
import { createTempTree } from '../support/temp-tree.ts';

const inside = (root: string, relative: string) => ({ inside: true, root, relative });

test.each([
  ['docs/a.md', 'docs/a.md'],
  ['docs/not/there/yet.md', 'docs/not/there/yet.md'],
  ['./docs/../docs/a.md', 'docs/a.md'],
  ['docs/..', '.'],
  ['docs/', 'docs'],
  ['..a.md', '..a.md'],
  [' spaced.md ', ' spaced.md '],
])('[OP27] %j lies inside as %j', (path, relative) => {
  const { root } = createTempTree(['docs/a.md']);

  expect(confine(root, [], path)).toEqual(inside(root, relative));
});

test.each(['..', '../x.md', 'docs/../../x.md', '/etc/passwd', '/', '~/x.md/../../../..'])(
  '[OP27] %j lies outside',
  (path) => {
    const { root } = createTempTree(['docs/a.md']);

    expect(confine(root, [], path)).toEqual({ inside: false });
  },
);

test('[OP27] a root is compared by path segment', () => {
  const tree = createTempTree(['app/a.md', 'app-two/a.md']);

  expect(confine(tree.at('app'), [], tree.at('app-two/a.md'))).toEqual({ inside: false });
  expect(confine(tree.at('app'), [], tree.at('app/a.md'))).toEqual(inside(tree.at('app'), 'a.md'));
});

test('[GU6] a link that leads out is outside, whether its target exists or not', () => {
  const outside = createTempTree(['secret.md']);
  const tree = createTempTree(['docs/a.md']);
  symlinkSync(outside.root, tree.at('out'));
  symlinkSync(outside.at('secret.md'), tree.at('docs/secret.md'));
  symlinkSync(outside.at('absent.md'), tree.at('docs/dangling.md'));
  symlinkSync('docs', tree.at('within'));
  symlinkSync('loop', tree.at('loop'));

  const isInside = (path: string) => confine(tree.root, [], path).inside;

  expect(isInside('out/secret.md')).toBe(false);
  expect(isInside('out/absent.md')).toBe(false);
  expect(isInside('docs/secret.md')).toBe(false);
  expect(isInside('docs/dangling.md')).toBe(false);
  expect(isInside('loop')).toBe(false);
  expect(confine(tree.root, [], 'within/a.md')).toEqual(inside(tree.root, 'within/a.md'));
});

test('[OP27] other roots of the project count, and say which they are', () => {
  const sessions = createTempTree(['log.jsonl']);
  const tree = createTempTree(['docs/a.md']);

  expect(confine(tree.root, [sessions.root], sessions.at('log.jsonl'))).toEqual(
    inside(sessions.root, 'log.jsonl'),
  );
});

test('[OP27] a root written through a link is the same root', () => {
  const tree = createTempTree(['real/docs/a.md']);
  symlinkSync('real', tree.at('alias'));

  expect(confine(tree.at('real'), [], tree.at('alias/docs/a.md'))).toEqual(
    inside(tree.at('real'), 'docs/a.md'),
  );
});
