import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createHintTest,
  judgeLink,
  listReasons,
  toSeverity,
} from '../../server/features/links/audit/analyse.ts';
import { formatAudit } from '../../server/features/links/audit/format.ts';
import { findKeyCommand } from '../../server/features/links/audit/key-commands.ts';
import {
  readStoredLink,
  toAuditedPath,
  type StoredLink,
} from '../../server/features/links/audit/stored-link.ts';
import { AuditTally, type AuditChoices } from '../../server/features/links/audit/tally.ts';
import { toLinkReview, type ReviewRow } from '../../server/features/links/reviews.ts';
import { createPacer } from '../../server/platform/pacer.ts';
import { LinkAudit, SuspectLink, type Verdict } from '../../shared/views/link-audit.ts';
import { exampleLinks, exampleVerdicts } from './audit-example.ts';

const floors = { primary: 0.55, fanout: 10 };
const choices: AuditChoices = {
  primary_floor: 0.55,
  fanout_floor: 10,
  severity: undefined,
  include_reviewed: false,
  limit: 50,
  offset: 0,
};

const example: readonly StoredLink[] = exampleLinks.map((link) => ({
  ...link,
  linkId: `LK-${link.sessionId}`,
}));

async function audit(
  links: readonly StoredLink[],
  asked: Partial<AuditChoices> = {},
  reviews: readonly ReviewRow[] = [],
) {
  const tally = new AuditTally({ ...choices, ...asked }, reviews);
  for (const link of links) tally.add(link);
  return await tally.finish(createPacer(new AbortController().signal));
}

const review = (sessionId: string, verdict: Verdict, reasonsAtReview: readonly string[] = []): ReviewRow => ({
  id: `LR-${sessionId}`,
  featureId: example.find((link) => link.sessionId === sessionId)!.featureId,
  sessionId,
  verdict,
  note: null,
  actor: { kind: 'user', name: 'ada' },
  createdAt: new Date('2026-02-01T10:00:00.000Z'),
  reasonsAtReview,
});

const ids = (suspects: readonly { session_id: string }[]) => suspects.map(({ session_id: id }) => id);

test('[AU16] the worked example', async () => {
  const { result } = await audit(example);

  expect(result).toMatchObject({
    row_count: 7,
    total_suspects: 4,
    suspect_count: 4,
    reviewed_count: 0,
    next_offset: null,
    by_severity: { high: 1, medium: 1, low: 2 },
    suspects: exampleVerdicts,
  });
  expect(result.suspects).toHaveLength(4);
});

test('[AU16] whatever order the rows come in', async () => {
  const inOrder = await audit(example);

  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...example], { minLength: example.length }), async (links) => {
      expect(await audit(links)).toEqual(inOrder);
    }),
  );
});

test.each<[string, Partial<StoredLink>]>([
  ['a confidence that is no number', { confidence: 'bad' }],
  ['a confidence that is NaN', { confidence: Number.NaN }],
  ['a confidence that has no end', { confidence: Infinity }],
  ['no confidence', { confidence: null }],
  ['metadata that is a text', { metadata: 'nope' }],
  ['metadata that is a list', { metadata: [1] }],
  ['no metadata', { metadata: null }],
  ['signals that are no list', { metadata: { signals: 'nope', commands: 7, title: {} } }],
  ['signals that are no objects', { metadata: { signals: [1, null, 'x'], commands: [null, 3] } }],
  ['signals without anything', { metadata: { signals: [{}, { type: 'command_args_path' }] } }],
  ['a share that is no number', { metadata: { ambiguityShare: 'much' } }],
  ['no fan-out', { fanout: null }],
])('[AU11] %s fails nothing', (_name, damage) => {
  const link: StoredLink = {
    linkId: 'LK-1',
    featureId: 'a',
    sessionId: 'S-1',
    confidence: 0.1,
    metadata: {},
    fanout: 1,
    ...damage,
  };

  const read = readStoredLink(link);

  expect([read.confidence, read.share, read.fanout].every(Number.isFinite)).toBe(true);
  expect(read.commands).toEqual([]);
  expect(() => judgeLink(link, { primary: 0, fanout: 1 })).not.toThrow();
});

test('[AU11] law: anything at all may stand in a row', () => {
  const anything = fc.anything({ maxDepth: 4 });

  fc.assert(
    fc.property(anything, anything, anything, (confidence, metadata, fanout) => {
      const stored = { linkId: 'LK-1', featureId: 'a', sessionId: 'S-1', confidence, metadata, fanout };
      expect(() => judgeLink(stored, { primary: 0, fanout: 0 })).not.toThrow();
    }),
  );
});

const withSignals = (...signals: unknown[]): StoredLink => ({
  linkId: 'LK-1',
  featureId: 'alpha-v1',
  sessionId: 'S-1',
  confidence: 0.9,
  metadata: { signals },
  fanout: 1,
});

test('[AU12] a write in front does not hide the command that names something else', () => {
  const write = { type: 'file_write', path: 'docs/alpha-v1.md', weight: 0.95, at: null };
  const mismatching = { type: 'command_args_path', path: 'docs/other.md', weight: 0.7, at: null };

  const finding = judgeLink(withSignals(write, mismatching), floors);

  expect(finding?.link.signal).toEqual({ type: 'command_args_path', path: 'docs/other.md' });
  expect(finding?.reasons).toEqual(['primary_like_command_path_mismatch']);
});

test('[AU12] of several commands the loudest counts, then the earliest', () => {
  const signal = (path: string, weight: number, at: string | null) => ({
    type: 'command_args_path',
    path,
    weight,
    at,
  });
  const link = withSignals(
    signal('quiet.md', 0.7, '2026-01-01T00:00:00.000Z'),
    signal('timeless.md', 0.96, null),
    signal('late.md', 0.96, '2026-01-03T00:00:00.000Z'),
    signal('early.md', 0.96, '2026-01-02T00:00:00.000Z'),
  );

  expect(readStoredLink(link).signal?.path).toBe('early.md');
});

test('[AU12] without a command the first signal counts', () => {
  const read = { type: 'file_read', path: 'a.md', weight: 0.46 };
  const write = { type: 'file_write', path: 'b.md', weight: 0.95 };

  expect(readStoredLink(withSignals(read, write)).signal).toEqual({ type: 'file_read', path: 'a.md' });
});

test.each([
  ['docs\\BETA\\plan.md', 'docs/beta/plan.md'],
  [' "docs/a.md", ', 'docs/a.md'],
  ['`(docs/a.md)`;', 'docs/a.md'],
  ['<[docs/a (1).md]>', 'docs/a (1).md'],
  ['()', ''],
  [null, ''],
])('[AU12] the path %j is read as %j', (path, read) => {
  expect(toAuditedPath(path)).toBe(read);
});

test.each([
  ['auth', 'docs/authors.md', false],
  ['auth', 'docs/auth.md', true],
  ['auth', 'docs/pre-auth/x.md', true],
  ['auth', 'authors and auth', true],
  ['beta-v2', 'docs/beta-v2.md', true],
  ['beta-v2', 'docs/beta-v3.md', true],
  ['beta-v2', 'docs/beta/plan.md', true],
  ['beta-v2', 'docs/alphabeta.md', false],
  ['beta-v2', 'docs/beta2.md', false],
  ['beta-v2', '', false],
  ['Foo-Bar', 'the FOO-bar feature', true],
  ['foo_bar', 'xfoo_bar', false],
  ['', 'anything', false],
])('[AU13] %s is hinted at by %j: %s', (featureId, text, isHinted) => {
  expect(createHintTest(featureId)(text)).toBe(isHinted);
});

test.each([
  [['/dev:execute-phase 2'], '/dev:execute-phase'],
  [['  /DEV:Quick-Feature'], '/dev:quick-feature'],
  [['/clear', '/recovering-sessions', '/fix:debug'], '/fix:debug'],
  [['/plan:plan-feature-x'], '/plan:plan-feature'],
  [['please /dev:execute-phase'], undefined],
  [[], undefined],
])('[AU14] the key command of %j is %s', (commands, key) => {
  expect(findKeyCommand(commands)).toBe(key);
});

test('[AU14] below the floor no mismatch is a reason', () => {
  const link = readStoredLink(example[0]!);

  expect(listReasons(link, { primary: 0.81, fanout: 21 })).toEqual([]);
  expect(listReasons(link, { primary: 0.8, fanout: 20 })).toHaveLength(3);
});

test.each([
  [[], undefined],
  [['high_fanout(10)'], 'low'],
  [['primary_like_title_path_mismatch'], 'medium'],
  [['high_fanout(10)', 'primary_like_title_path_mismatch'], 'high'],
  [['primary_like_command_path_mismatch', 'primary_like_title_path_mismatch'], 'high'],
])('[AU15] the severity of %j is %s', (reasons, severity) => {
  expect(toSeverity(reasons)).toBe(severity);
});

test('[AU15] suspects stand by fan-out and confidence, the highest first, then by name', async () => {
  const link = (featureId: string, sessionId: string, fanout: number, confidence: number) => ({
    linkId: 'LK',
    featureId,
    sessionId,
    fanout,
    confidence,
    metadata: {},
  });
  const inOrder = [
    link('z', 'S-9', 12, 0.1),
    link('y', 'S-9', 11, 0.9),
    link('a', 'S-2', 11, 0.4),
    link('B', 'S-1', 10, 0.4),
    link('a', 'S-1', 10, 0.4),
    link('a', 'S-2', 10, 0.4),
  ];

  const { result } = await audit(inOrder.toReversed());

  expect(result.suspects.map((one) => [one.feature_id, one.session_id, one.fanout_count])).toEqual(
    inOrder.map(({ featureId, sessionId, fanout }) => [featureId, sessionId, fanout]),
  );
});

test('[AU4] pages hold what the whole holds, once, and count all of it', async () => {
  const links = Array.from({ length: 23 }, (_none, index) => ({
    ...example[0]!,
    sessionId: `S-${index % 7}`,
    featureId: `f-${index}`,
    fanout: 10 + (index % 3),
  }));
  const whole = await audit(links, { limit: 500 });

  const seen: unknown[] = [];
  for (let offset: number | null = 0; offset !== null;) {
    const { result, tag }: Awaited<ReturnType<typeof audit>> = await audit(links, { limit: 5, offset });
    expect(tag).toBe(whole.tag);
    expect(result).toMatchObject({ total_suspects: 23, by_severity: { high: 23 }, row_count: 23 });
    seen.push(...result.suspects);
    offset = result.next_offset;
  }

  expect(seen).toEqual(whole.result.suspects);
  expect((await audit(links, { offset: 23 })).result).toMatchObject({ suspect_count: 0, next_offset: null });
});

test('[AU4] another set of links has another tag', async () => {
  const { tag } = await audit(example);

  expect((await audit(example, { limit: 1, offset: 2 })).tag).toBe(tag);
  expect((await audit(example.slice(1))).tag).not.toBe(tag);
  expect((await audit(example, {}, [review('S-2', 'pinned')])).tag).not.toBe(tag);
  expect((await audit(example, { severity: 'low' })).tag).not.toBe(tag);
});

test('[AU2] one severity is listed, and all are counted', async () => {
  const { result } = await audit(example, { severity: 'low', limit: 1 });

  expect(ids(result.suspects)).toEqual(['S-5']);
  expect(result).toMatchObject({
    total_suspects: 2,
    next_offset: 1,
    by_severity: { high: 1, medium: 1, low: 2 },
  });
});

test.each<[Verdict]>([['dismissed'], ['pinned']])(
  '[AU6] a link that was %s is no suspect',
  async (verdict) => {
    const { result } = await audit(example, {}, [review('S-1', verdict)]);

    expect(ids(result.suspects)).toEqual(['S-5', 'S-7', 'S-3']);
    expect(result).toMatchObject({ total_suspects: 3, reviewed_count: 1, by_severity: { high: 0 } });
  },
);

test('[AU2] reviewed links are listed when asked for, and stay no suspects', async () => {
  const { result } = await audit(example, { include_reviewed: true }, [review('S-1', 'dismissed')]);

  expect(ids(result.suspects)).toEqual(['S-1', 'S-5', 'S-7', 'S-3']);
  expect(result).toMatchObject({ total_suspects: 3, suspect_count: 4, reviewed_count: 1 });
  expect(result.suspects[0]?.review).toMatchObject({
    id: 'LR-S-1',
    verdict: 'dismissed',
    reasonsChanged: true,
  });
});

test.each<[Verdict, string[], string[], boolean]>([
  ['dismissed', ['high_fanout(10)'], ['high_fanout(12)'], false],
  ['dismissed', ['high_fanout(10)', 'a'], ['a'], false],
  ['dismissed', ['high_fanout(10)'], [], false],
  ['dismissed', ['high_fanout(10)'], ['high_fanout(10)', 'a'], true],
  ['dismissed', [], ['a'], true],
  ['pinned', [], ['a'], false],
])('[AU6] %s for %j, and now %j: changed is %s', (verdict, then, now, isChanged) => {
  expect(toLinkReview(review('S-1', verdict, then), now).reasonsChanged).toBe(isChanged);
});

test('[AU3] confidence and share are rounded, five commands shown, and what is absent is null', async () => {
  const link = {
    ...example[4]!,
    confidence: 0.45678,
    metadata: { ambiguityShare: 0.98765, commands: ['/1', '/2', 3, '/3', '/4', '/5', '/6'], title: ' ' },
  };

  const { result } = await audit([link]);

  expect(SuspectLink.parse(result.suspects[0])).toMatchObject({
    confidence: 0.457,
    ambiguity_share: 0.988,
    commands: ['/1', '/2', '/3', '/4', '/5'],
    title: null,
    signal_type: null,
    signal_path: null,
    signal_count: 0,
    review: null,
  });
});

test('[AU7] the text of an audit', () => {
  const suspect = {
    feature_id: 'alpha-feature-v1',
    session_id: 'S-1',
    confidence: 0.8,
    ambiguity_share: 0.42,
    title: 'Quick Feature - unrelated',
    signal_type: 'command_args_path',
    signal_path: 'docs/features/unrelated-v1.md',
    commands: ['/dev:quick-feature'],
    reason: 'high_fanout(20);primary_like_command_path_mismatch;primary_like_title_path_mismatch',
    fanout_count: 20,
    severity: 'high',
    link_id: 'LK-1',
    signal_count: 4,
    review: null,
  } as const;
  const base = LinkAudit.parse({
    status: 'ok',
    project_id: 'p_1',
    feature_filter: null,
    row_count: 312,
    total_suspects: 64,
    suspect_count: 2,
    reviewed_count: 3,
    primary_floor: 0.55,
    fanout_floor: 10,
    limit: 2,
    offset: 0,
    next_offset: 2,
    generated_at: '2026-02-17T09:31:00.000Z',
    by_severity: { high: 5, medium: 18, low: 41 },
    suspects: [suspect, { ...suspect, commands: [], title: 'two\nlines\u001b[2J' }],
  });
  const heading = { target: 'postgres://localhost/syncline', project: 'atlas' };

  expect(formatAudit(base, heading).join('\n')).toBe(
    `DB: postgres://localhost/syncline
Project filter: atlas
Analyzed links: 312
Suspects: 64 (showing 2)

01 feature=alpha-feature-v1 session=S-1 conf=0.800 fanout=20 share=0.420
    reason=high_fanout(20);primary_like_command_path_mismatch;primary_like_title_path_mismatch
    title=Quick Feature - unrelated
    signal=command_args_path path=docs/features/unrelated-v1.md
    commands=/dev:quick-feature

02 feature=alpha-feature-v1 session=S-1 conf=0.800 fanout=20 share=0.420
    reason=high_fanout(20);primary_like_command_path_mismatch;primary_like_title_path_mismatch
    title=two lines [2J
    signal=command_args_path path=docs/features/unrelated-v1.md
`,
  );
  expect(formatAudit({ ...base, feature_filter: 'alpha' }, heading)[2]).toBe('Feature filter: alpha');
});
