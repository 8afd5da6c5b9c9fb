/** Which links documents, features and tasks lead to, and what they name in vain (LK2 to LK6, LK15 to LK17). */
import { expect, test } from 'vitest';
import { readPathReference } from '../../server/features/links/claims/path-reference.ts';
import type { TaskFacts } from '../../server/features/links/facts.ts';
import { toSession } from './evidence-kit.ts';
import { advance, collect, createModel, linksOf, sideOf, toFeature, toProject } from './model-kit.ts';

const withFront = (...lines: readonly string[]): string => ['---', ...lines, '---', '# Title', ''].join('\n');
const features = (...ids: readonly string[]) => ids.map((id) => toFeature(id));
const sessions = new Map([['S-1', toSession({ id: 'S-1' })]]);

const unresolvedOf = async (project: ReturnType<typeof toProject>) =>
  sideOf(await createModel(project)).unresolved.flatMap(({ rows }) => rows);

test.each([
  ['feature: foo-bar-v1', 'explicit_frontmatter_ref', 0.98],
  ['Feature-Slug: foo-bar-v1', 'explicit_frontmatter_ref', 0.98],
  ['linked_features: [Foo-Bar-V1]', 'explicit_frontmatter_ref', 0.98],
  ['prd: docs/PRDs/features/foo-bar-v1.md', 'explicit_frontmatter_ref', 0.98],
  ['plan_ref: foo-bar', 'explicit_frontmatter_ref', 0.98],
  ['related: [foo-bar-v1]', 'mentioned_feature_ref', 0.7],
  ['files_modified: [docs/PRDs/features/foo-bar-v1.md]', 'mentioned_feature_ref', 0.7],
  ['whatever: {deep: [docs/PRDs/features/foo-bar-v1.md]}', 'mentioned_feature_ref', 0.7],
  [
    'linked_features: [{feature: foo-bar-v1, type: dependency, confidence: 0.5}]',
    'explicit_frontmatter_ref',
    0.5,
  ],
])('[LK2] by `%s` a document is linked to the feature: %s, %d', async (line, strategy, confidence) => {
  const links = await linksOf(
    toProject({ 'notes.md': withFront(line) }, { features: features('foo-bar-v1') }),
  );

  expect(links).toMatchObject({
    'document:notes.md related feature:foo-bar-v1': { strategy, confidence, origin: 'auto' },
  });
});

test.each([
  'title: foo-bar-v1',
  'feature: foo-bar-v2',
  'feature: foo bar v1',
  'supersedes: foo-bar-v1',
  'prd: none',
  'related: [foo/foo-bar-v1.ts]',
])('[LK2] by `%s` a document is not linked to the feature', async (line) => {
  expect(
    await linksOf(toProject({ 'notes.md': withFront(line) }, { features: features('foo-bar-v1') })),
  ).toEqual({});
});

test('[LK2] the place of a document names its feature, unless it names one itself', async () => {
  const links = await linksOf(
    toProject(
      { 'reports/foo-bar-v1/a.md': '# A\n', 'reports/foo-bar-v1/b.md': withFront('prd: other-one') },
      { features: features('foo-bar-v1', 'other-one') },
    ),
  );

  expect(Object.entries(links).map(([link, { strategy }]) => [link, strategy])).toEqual([
    ['document:reports/foo-bar-v1/a.md related feature:foo-bar-v1', 'path_feature_hint'],
    ['document:reports/foo-bar-v1/b.md related feature:other-one', 'explicit_frontmatter_ref'],
  ]);
});

test('[LK2] ownership is not taken for a mention of the same feature', async () => {
  const project = toProject(
    { 'n.md': withFront('prd: foo-bar-v1', 'related: [foo-bar-v1, other-one]') },
    { features: features('foo-bar-v1', 'other-one') },
  );

  const links = await linksOf(project);

  expect(Object.values(links).map(({ strategy }) => strategy)).toEqual([
    'explicit_frontmatter_ref',
    'mentioned_feature_ref',
  ]);
});

test('[LK2] a document without a feature inherits from those it references, one hop', async () => {
  const links = await linksOf(
    toProject(
      {
        'plan.md': withFront('feature: foo-bar-v1'),
        'near.md': withFront('related: [plan.md]'),
        'far.md': withFront('related: [near.md]'),
      },
      { features: features('foo-bar-v1') },
    ),
  );

  expect(links['document:near.md related feature:foo-bar-v1']).toMatchObject({
    strategy: 'referenced_document_inheritance',
    confidence: 0.64,
    depth: 1,
    metadata: { via: ['plan.md'] },
  });
  expect(Object.keys(links).filter((link) => link.startsWith('document:far.md'))).toEqual([
    'document:far.md related document:near.md',
  ]);
});

test('[LK20] what is inherited changes with the document it comes from', async () => {
  const near = withFront('related: [plan.md]');
  const rest = { features: features('foo-bar-v1') };
  const before = toProject({ 'plan.md': withFront('title: x'), 'near.md': near }, rest);
  const after = toProject({ 'plan.md': withFront('feature: foo-bar-v1') }, rest);
  const model = await createModel(before);
  model.startTracking();

  await advance(model, before, { ...before, documents: new Map([...before.documents, ...after.documents]) });

  expect((await collect(model)).written.map(({ source, target }) => `${source} ${target}`)).toEqual(
    expect.arrayContaining(['document:near.md feature:foo-bar-v1', 'document:plan.md feature:foo-bar-v1']),
  );
});

test.each([
  ['a path from the root', 'docs/b.md', 'docs/b.md'],
  ['a leading slash', '/docs/b.md', 'docs/b.md'],
  ['the end of only one path', 'x/b.md', 'docs/x/b.md'],
  ['a fragment', 'docs/b.md#part', 'docs/b.md'],
  ['a line', 'docs/b.md:12', 'docs/b.md'],
  ['another kind of slash', 'docs\\b.md', 'docs/b.md'],
  ['wrapping', '"`docs/b.md`,"', 'docs/b.md'],
  ['a link', '"[b](docs/b.md)"', 'docs/b.md'],
])('[LK4] %s leads to the document', async (_what, reference, path) => {
  const project = toProject({
    'n.md': withFront(`related_documents: [${reference.startsWith('"') ? reference : `'${reference}'`}]`),
    [path]: '# B\n',
  });

  expect(await linksOf(project)).toMatchObject({
    [`document:n.md related document:${path}`]: { strategy: 'document_ref_path', confidence: 0.9 },
  });
});

test.each([
  'docs/*.md',
  '${root}/b.md',
  '<name>.md',
  '{name}.md',
  'https://host/b.md',
  'b.txt',
  'b.md is good',
  '~/b.md',
])('[LK4] %j is no path of a document', (text) => {
  expect(readPathReference(text, 'docs').outcome).toBe('none');
});

test('[LK4] a path that leaves the project is outside', () => {
  expect(readPathReference('../../b.md', 'docs').outcome).toBe('outside');
  expect(readPathReference('../b.md', 'docs')).toEqual({ outcome: 'path', path: 'b.md' });
});

test('[LK5] a reference that fits several targets makes no link, and names them', async () => {
  const project = toProject(
    { 'n.md': withFront('related: [b.md]', 'prd: foo'), 'x/b.md': '', 'y/b.md': '' },
    { features: features('foo-v1', 'foo-v2') },
  );

  expect(await linksOf(project)).toEqual({});
  expect(await unresolvedOf(project)).toEqual([
    { key: 'related', value: 'b.md', reason: 'ambiguous', candidates: ['x/b.md', 'y/b.md'] },
    { key: 'prd', value: 'foo', reason: 'ambiguous', candidates: ['foo-v1', 'foo-v2'] },
  ]);
});

test('[LK5] of several versions the one is meant whose folder the document stands in', async () => {
  const links = await linksOf(
    toProject(
      { 'reports/foo-v2/a.md': withFront('feature: foo') },
      { features: features('foo-v1', 'foo-v2') },
    ),
  );

  expect(Object.keys(links)).toEqual(['document:reports/foo-v2/a.md related feature:foo-v2']);
});

test('[LK5] ids of requests are no features', async () => {
  expect(await unresolvedOf(toProject({ 'n.md': withFront('prd: REQ-20260110-skillmeat-01') }))).toEqual([]);
});

test('[LK2] a session that a document or one of its tasks names is linked, with the surest strategy first', async () => {
  const task: TaskFacts = {
    id: 'T-1',
    featureId: 'foo-bar-v1',
    documentId: 'p.md',
    sourcePath: 'p.md',
    sessionIds: ['1', 'S-9'],
    commitHashes: ['abc1234'],
  };
  const project = toProject(
    { 'p.md': withFront('session: S-1', 'title: x') },
    { sessions, features: [toFeature('foo-bar-v1', [], [task])] },
  );

  const links = await linksOf(project);

  expect(links).toMatchObject({
    'document:p.md related session:S-1': {
      strategy: 'explicit_session_ref',
      confidence: 1,
      metadata: { alsoBy: ['task_session_ref'] },
    },
    'document:p.md child task:T-1': { strategy: 'progress_source_task' },
    'feature:foo-bar-v1 child task:T-1': { strategy: 'feature_task' },
    'feature:foo-bar-v1 related session:S-1': { strategy: 'task_frontmatter', confidence: 1 },
    'task:T-1 related session:S-1': { strategy: 'task_frontmatter', metadata: { commitHashes: ['abc1234'] } },
  });
  expect(await unresolvedOf(project)).toEqual([
    { key: 'tasks', value: 'S-9', reason: 'no_match', candidates: [] },
  ]);
});

const pair = { 'US0001-a.md': '# A\n', 'US0002-b.md': '# B\n' };

test.each([
  ['Epic', 'epic', false],
  ['Story', 'story', false],
  ['Plan', 'plan', false],
  ['Test Spec', 'test_spec', false],
  ['Parent', 'parent', false],
  ['Decomposed-into', 'parent', true],
  ['Delivers', 'delivers', false],
  ['Delivered-by', 'delivers', true],
  ['Depends on', 'depends_on', false],
  ['depends_on', 'depends_on', false],
  ['Blocked by', 'depends_on', false],
  ['Blocks', 'depends_on', true],
  ['Supersedes', 'supersedes', false],
  ['Superseded-by', 'supersedes', true],
  ['Batch', 'batch', false],
  ['CR', 'relates_to', false],
  ['RFC', 'relates_to', false],
  ['Bug', 'relates_to', false],
  ['Persona', 'relates_to', false],
  ['Related', 'relates_to', false],
  ['Spans', 'relates_to', false],
])('[LK15] the key %s makes an edge %s', async (key, linkType, isInverse) => {
  const links = await linksOf(toProject({ ...pair, 'US0001-a.md': `# A\n\n> **${key}:** US0002\n` }));

  const [source, target] = isInverse ? ['US0002-b.md', 'US0001-a.md'] : ['US0001-a.md', 'US0002-b.md'];
  expect(links).toMatchObject({
    [`document:${source} ${linkType} document:${target}`]: {
      origin: 'declared',
      confidence: 1,
      strategy: 'header_edge',
      metadata: { declaredBy: [{ file: 'US0001-a.md', key, line: 3 }] },
    },
  });
});

test('[LK15] an edge that both sides declare names both, one that only one declares says so', async () => {
  const both = await linksOf(
    toProject({
      'US0001-a.md': '> **Depends on:** US0002\n',
      'US0002-b.md': '# B\n\n> **Blocks:** US0001\n',
    }),
  );
  const one = await linksOf(toProject({ ...pair, 'US0002-b.md': '# B\n\n> **Blocks:** US0001\n' }));

  const edge = 'document:US0001-a.md depends_on document:US0002-b.md';
  expect(both[edge]?.metadata).toEqual({
    linkStrategy: 'header_edge',
    declaredBy: [
      { file: 'US0001-a.md', key: 'Depends on', line: 1 },
      { file: 'US0002-b.md', key: 'Blocks', line: 3 },
    ],
  });
  expect(one[edge]?.metadata).toMatchObject({ oneSided: true, declaredBy: [{ file: 'US0002-b.md' }] });
});

test('[LK15] a link resolves by its path first, then by the id in its text; and every id counts', async () => {
  const files = { 'epics/EP0007-x.md': '', 'epics/EP0009-y.md': '', 'other.md': '' };
  const header =
    '> **Epic:** [EP0007](../epics/EP0007-x.md), see EP0009\n> **Related:** [EP0009](../other.md), [EP0007](gone.md)\n';

  const links = await linksOf(toProject({ ...files, 'stories/US0001-a.md': header }));

  const inOrder = Object.entries(links).sort(([, one], [, other]) => one.sortOrder - other.sortOrder);
  expect(inOrder.map(([link]) => link)).toEqual([
    'document:stories/US0001-a.md epic document:epics/EP0007-x.md',
    'document:stories/US0001-a.md epic document:epics/EP0009-y.md',
    'document:stories/US0001-a.md relates_to document:other.md',
    'document:stories/US0001-a.md relates_to document:epics/EP0007-x.md',
  ]);
});

test('[LK15] an id that nobody owns leads nowhere', async () => {
  expect(await unresolvedOf(toProject({ 'a.md': '> **Epic:** EP0404\n' }))).toEqual([
    { key: 'Epic', value: 'EP0404', reason: 'no_match', candidates: [] },
  ]);
});

test('[DC4] of several owners the one that is not archived is meant, then the first by path', async () => {
  const links = await linksOf(
    toProject({
      'archive/EP0001-a.md': '',
      'x/EP0001-b.md': '',
      'y/EP0001-a.md': '',
      'US0001-s.md': '> **Epic:** ep-0001\n',
    }),
  );

  expect(Object.keys(links)).toEqual(['document:US0001-s.md epic document:x/EP0001-b.md']);
});

test('[LK16] a document is mentioned once, with its count and first line, by whatever spelling', async () => {
  const links = await linksOf(
    toProject({
      ...pair,
      'n.md': '# N\n\nSee US0001,\nus-0001 and [it](US0001-a.md).\n[US0002](US0002-b.md)\n',
    }),
  );

  expect(links).toMatchObject({
    'document:n.md mentions document:US0001-a.md': {
      confidence: 0.6,
      origin: 'auto',
      metadata: { count: 3, line: 3 },
    },
    'document:n.md mentions document:US0002-b.md': { metadata: { count: 1, line: 5 } },
  });
});

test('[LK16] no mention beside a typed edge to the same document, whoever declares it, and none of itself', async () => {
  const declared = await linksOf(
    toProject({ ...pair, 'US0001-a.md': '> **Epic:** US0002\n\nUS0002, US0001\n' }),
  );
  const byOther = await linksOf(
    toProject({ 'US0001-a.md': 'US0002\n', 'US0002-b.md': '> **Blocks:** US0001\n' }),
  );

  expect(Object.keys(declared)).toEqual(['document:US0001-a.md epic document:US0002-b.md']);
  expect(Object.keys(byOther)).toEqual(['document:US0001-a.md depends_on document:US0002-b.md']);
});

test('[LK16] a link to a missing document leads nowhere, an id in prose is only prose', async () => {
  expect(
    await unresolvedOf(toProject({ 'a.md': 'CR0404 [x](gone.md) [y](../../far.md) [z](src/a.ts)\n' })),
  ).toEqual([
    { key: 'body', value: 'gone.md', reason: 'no_match', candidates: [] },
    { key: 'body', value: '../../far.md', reason: 'outside', candidates: [] },
  ]);
});

test('[LK17] dependencies that go round are kept as declared, and reported once a line', async () => {
  const project = toProject({
    'US0001-a.md': '> **Depends on:** US0002\n',
    'US0002-b.md': '> **Depends on:** US0003\n',
    'US0003-c.md': '> **Depends on:** US0001\n> **Blocks:** US0004\n',
    'US0004-d.md': '> **Depends on:** US0004\n',
  });

  const { issues } = sideOf(await createModel(project));

  expect(Object.keys(await linksOf(project))).toHaveLength(5);
  expect(issues.map(({ path, code, line }) => [path, code, line])).toEqual([
    ['US0001-a.md', 'BAD_REFERENCE', 1],
    ['US0002-b.md', 'BAD_REFERENCE', 1],
    ['US0003-c.md', 'BAD_REFERENCE', 1],
    ['US0004-d.md', 'BAD_REFERENCE', 1],
  ]);
});

test('[LK23] equal projects come to equal rows, in whatever order they are read', async () => {
  const files = {
    'a.md': withFront('prd: foo-bar', 'related: [b.md]'),
    'b.md': '> **Blocks:** US0001\n',
    'US0001-c.md': 'EP0001 [b](b.md)\n',
  };
  const project = toProject(files, { features: features('foo-bar-v1'), sessions });
  const reversed = { ...project, documents: new Map([...project.documents].reverse()) };

  const sorted = (links: object) => Object.entries(links).sort(([one], [other]) => (one < other ? -1 : 1));
  expect(sorted(await linksOf(reversed))).toEqual(sorted(await linksOf(project)));
});
