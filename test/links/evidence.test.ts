import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainEvidence } from '../../server/features/links/evidence/explain-evidence.ts';
import { createPathMatcher, isSamePath } from '../../server/features/links/evidence/path-matches.ts';
import { evidenceOf } from '../../server/features/links/evidence/session-evidence.ts';
import type { FileAction } from '../../server/features/links/evidence/session-facts.ts';
import { command, toLookup, toSession, use } from './evidence-kit.ts';

const plan = 'docs/implementation_plans/features/foo-bar-v1.md';
const foo = { paths: { 'foo-bar-v1': [plan] }, aliases: { 'foo-bar-v1': ['foo-bar-v1', 'foo-bar'] } };

test.each<[FileAction, string, number]>([
  ['update', 'file_write', 0.95],
  ['delete', 'file_write', 0.95],
  ['command', 'shell_reference', 0.84],
  ['search', 'search_reference', 0.66],
  ['other', 'file_reference', 0.52],
  ['read', 'file_read', 0.46],
])('[LK8] %s of a path of the feature signals %s at %d', (action, type, weight) => {
  const session = toSession({ files: [use(action, plan, '2026-02-01T10:00:00.000Z')] });

  const [evidence] = evidenceOf(session, toLookup(foo));

  expect(evidence?.metadata.signals).toEqual([
    { type, path: plan, weight, at: '2026-02-01T10:00:00.000Z', ref: 'f1' },
  ]);
});

test.each([
  ['/dev:execute-phase', `2 ${plan}`, plan, 0.96],
  ['/dev:execute-phase', '2 of foo-bar-v1', 'foo-bar-v1', 0.96],
  ['/dev:quick-feature', plan, plan, 0.9],
  ['/dev:quick-feature', 'docs/other.md for foo-bar-v1', 'docs/other.md', 0.7],
  ['/recovering-sessions', `work/${plan}`, `work/${plan}`, 0.9],
  ['/recovering-sessions', 'foo-bar-phase-2', 'foo-bar-phase-2', 0.72],
  [
    '/any',
    '.claude/progress/foo-bar-v1/phase-9-progress.md',
    '.claude/progress/foo-bar-v1/phase-9-progress.md',
    0.96,
  ],
])('[LK8] %s %s', (name, args, path, weight) => {
  const [evidence] = evidenceOf(toSession({ commands: [command(name, args)] }), toLookup(foo));

  expect(evidence?.metadata.signals).toEqual([
    { type: 'command_args_path', path, weight, at: null, ref: 'c1' },
  ]);
});

test.each([
  ['/clear', plan],
  ['/model', 'foo-bar-v1'],
  ['/dev:execute-phase', ''],
  ['/dev:execute-phase', 'docs/foo-bar.txt and foobar'],
])('[LK8] %s %j tells nothing', (name, args) => {
  expect(evidenceOf(toSession({ commands: [command(name, args)] }), toLookup(foo))).toEqual([]);
});

test('[LK8] a command signals a feature once, though it names it twice', () => {
  const session = toSession({
    commands: [command('/dev:execute-phase', `${plan} foo-bar-v1 foo-bar-phase-2`)],
  });

  expect(evidenceOf(session, toLookup(foo))).toMatchObject([{ signalCount: 1, confidence: 0.75 }]);
});

test('[LK8] the plan that a command names stands for it, wherever it is named', () => {
  const prd = 'docs/PRDs/features/foo-bar-v1.md';
  const session = toSession({ commands: [command('/dev:execute-phase', `${prd} ${plan}`)] });

  const [evidence] = evidenceOf(session, toLookup({ paths: { 'foo-bar-v1': [prd, plan] } }));

  expect(evidence?.metadata.signals).toMatchObject([{ path: plan }]);
});

test('[LK8] a path that is evidence of several features signals each', () => {
  const find = toLookup({
    paths: { a: ['docs/x.md'], b: ['docs/x.md', 'project/docs/x.md'], c: ['other/x.md'] },
  });

  const found = evidenceOf(toSession({ files: [use('update', 'docs/x.md')] }), find);

  expect(found).toMatchObject([
    { featureId: 'a', signalCount: 1, share: 0.5, confidence: 0.67 },
    { featureId: 'b', signalCount: 1, share: 0.5, confidence: 0.67 },
  ]);
});

test.each([
  ['docs/x.md', 'docs/x.md', true],
  ['docs/x.md', 'x.md', true],
  ['x.md', 'docs/x.md', true],
  ['/home/ada/atlas/docs/x.md', 'docs/x.md', true],
  ['docs/ax.md', 'x.md', false],
  ['docs/x.md', 'other/x.md', false],
])('[LK8] %s and %s match: %s', (one, other, isMatch) => {
  expect(isSamePath(one, other)).toBe(isMatch);
});

test('[LK8] law: many questions about one file name are answered like each alone', () => {
  const path = fc
    .array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 4 })
    .map((folders) => [...folders, 'x.md'].join('/'));

  fc.assert(
    fc.property(fc.array(path, { maxLength: 12 }), fc.array(path, { maxLength: 12 }), (evidence, asked) => {
      const find = createPathMatcher(
        toLookup({ paths: Object.fromEntries(evidence.map((one) => [one, [one]])) }),
      );
      for (const one of new Set(asked)) {
        expect([...find(one)].sort()).toEqual(
          [...new Set(evidence)].filter((other) => isSamePath(one, other)).sort(),
        );
      }
    }),
  );
});

test('[DX5] names are compared in one normal form', () => {
  const find = toLookup({ paths: { cafe: ['docs/caf\u00e9.md'] } });

  expect(evidenceOf(toSession({ files: [use('read', 'docs/cafe\u0301.md')] }), find)).toHaveLength(1);
});

test('[LK10] a share is what the feature has of the weights of all candidates', () => {
  const find = toLookup({ paths: { a: ['a.md'], b: ['b.md'] } });
  const session = toSession({ files: [use('update', 'a.md'), use('read', 'b.md'), use('read', 'b.md')] });

  const [a, b] = evidenceOf(session, find);

  expect(a).toMatchObject({ share: 0.508, weightSum: 0.95, confidence: 0.67 });
  expect(b).toMatchObject({ share: 0.492, weightSum: 0.92, confidence: 0.35 });
  expect(a?.metadata.candidates).toEqual([
    { featureId: 'a', weightSum: 0.95 },
    { featureId: 'b', weightSum: 0.92 },
  ]);
});

test('[LK11] a feature that is only read, beside much else, is weak', () => {
  const find = toLookup({ paths: { a: ['a.md'], b: ['b.md'] } });
  const writes = Array.from({ length: 3 }, () => use('update', 'b.md'));

  const [a, b] = evidenceOf(toSession({ files: [use('read', 'a.md'), ...writes] }), find);

  expect(a?.metadata).toMatchObject({ weak: true, ambiguityShare: 0.139 });
  expect(a?.confidence).toBe(0.35);
  expect(b?.metadata).not.toHaveProperty('weak');
});

test('[LK12] the link says what the session says of itself, within bounds', () => {
  const times = Array.from({ length: 40 }, (_none, index) => `2026-02-01T10:${String(59 - index)}:00.000Z`);
  const session = toSession({
    commands: [
      command('/clear', ''),
      ...Array.from({ length: 20 }, (_none, index) => command(`/c${index}`, '')),
      command('/dev:execute-phase', `2-3 ${plan}`),
    ],
    files: times.map((at) => use('read', plan, at)),
    commits: [{ hash: 'abc1234', at: null, verified: true }],
    prLinks: Array.from({ length: 12 }, (_none, index) => `https://example.com/pr/${index}`),
    commitCorrelations: Array.from({ length: 70 }, () => ({})),
  });

  const [evidence] = evidenceOf(session, toLookup(foo));

  const { signals, commands, prLinks, commitCorrelations, ...rest } = evidence!.metadata;
  expect(signals).toHaveLength(25);
  expect(signals[0]).toMatchObject({ type: 'command_args_path' });
  expect(signals.slice(1).map(({ at }) => at)).toEqual(times.toSorted().slice(0, 24));
  expect(commands).toHaveLength(15);
  expect(prLinks).toHaveLength(10);
  expect(commitCorrelations).toHaveLength(60);
  expect(rest).toEqual({
    linkStrategy: 'session_evidence',
    signalCount: 41,
    commitHashes: ['abc1234'],
    ambiguityShare: 1,
    candidates: [{ featureId: 'foo-bar-v1', weightSum: 19.36 }],
    candidateCount: 1,
    title: 'A session',
    titleSource: 'first_message',
    titleConfidence: 0.5,
    phases: ['2', '3'],
  });
});

test('[LK24] an explanation has all signals, and adds up', () => {
  const session = toSession({ files: Array.from({ length: 60 }, () => use('read', plan)) });

  const explained = explainEvidence(session, toLookup(foo), 'foo-bar-v1');

  expect(explained).toMatchObject({
    strategy: 'session_evidence',
    base: 0.35,
    adjustments: [
      { reason: 'three_or_more_signals', delta: 0.05 },
      { reason: 'reads_only', delta: -0.08 },
    ],
    share: 1,
    confidence: 0.35,
  });
  expect(explained?.signals).toHaveLength(60);
  expect(explainEvidence(session, toLookup(foo), 'another')).toBeUndefined();
});

test('law: the order in which a session tells of its files changes no figure', () => {
  const find = toLookup({ paths: { a: ['a.md', 'ab.md'], b: ['b.md', 'ab.md'], c: ['c.md'] } });
  const file = fc
    .tuple(
      fc.constantFrom<FileAction>('read', 'update', 'command', 'search'),
      fc.constantFrom('a', 'b', 'ab', 'c'),
    )
    .map(([action, stem]) => use(action, `${stem}.md`));
  const figures = (files: ReturnType<typeof use>[]) =>
    evidenceOf(toSession({ files }), find).map(({ featureId, confidence, share, metadata }) => [
      featureId,
      confidence,
      share,
      metadata.candidates,
    ]);

  fc.assert(
    fc.property(fc.array(file, { maxLength: 30 }), (files) => {
      expect(figures(files.toReversed())).toEqual(figures(files));
    }),
  );
});

test('[LK10] ten thousand features in one session are no quadratic work', () => {
  const ids = Array.from({ length: 10_000 }, (_none, index) => `feature-${index}`);
  const toPath = (id: string) => `.claude/progress/${id}/phase-1-progress.md`;
  const paths = Object.fromEntries(ids.map((id) => [id, [toPath(id), 'docs/shared.md']]));
  const asked: string[] = [];
  const { byBasename, byAlias } = toFamilyLookup(paths);
  const find = {
    byBasename: (name: string) => (asked.push(name), byBasename(name)),
    byAlias,
  };
  const files = [...ids.map((id) => use('read', toPath(id))), use('update', 'docs/shared.md')];

  const found = evidenceOf(toSession({ files }), find);

  expect(found).toHaveLength(10_000);
  expect(found[0]).toMatchObject({ signalCount: 2, share: 0, confidence: 0.6 });
  expect(found.every(({ metadata }) => metadata.candidates === found[0]?.metadata.candidates)).toBe(true);
  expect(asked).toEqual(['phase-1-progress.md', 'shared.md']);
}, 5_000);

/** The kit's grouping copies a group each time it grows; this many paths want better. */
function toFamilyLookup(paths: Readonly<Record<string, readonly string[]>>) {
  const all = Object.entries(paths).flatMap(([featureId, some]) => some.map((path) => ({ featureId, path })));
  return {
    byBasename: (name: string) => all.filter(({ path }) => path.endsWith(`/${name}`)),
    byAlias: () => [],
  };
}
