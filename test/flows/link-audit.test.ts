import { afterAll, beforeAll, expect, test } from 'vitest';
import { LinkAudit } from '../../shared/views/link-audit.ts';
import { exampleLinks, exampleVerdicts } from '../links/audit-example.ts';
import { openLinkAudit, type LinkAuditKit, type LinkRow } from './link-audit-kit.ts';

let kit: LinkAuditKit;

/** What a session is linked to beside the example, by another strategy: it counts as fan-out only. */
const fillers = (sessionId: string, count: number): LinkRow[] =>
  Array.from({ length: count }, (_none, index) => ({
    featureId: `other-${index}`,
    sessionId,
    strategy: 'task_frontmatter',
    confidence: '1',
  }));

const rows: LinkRow[] = exampleLinks.flatMap(({ featureId, sessionId, confidence, metadata, fanout }) => [
  {
    featureId,
    sessionId,
    confidence: typeof confidence === 'number' ? String(confidence) : 'NaN',
    metadata: JSON.stringify(metadata),
  },
  ...fillers(sessionId, fanout - 1),
]);

beforeAll(async () => {
  kit = await openLinkAudit();
  const atlas = await kit.addProject('atlas');
  await kit.addLinks(atlas, [
    ...rows,
    { featureId: 'beta-v2', sessionId: 'S-1', linkType: 'child', confidence: '0.9' },
    { featureId: 'gone', sessionId: 'S-1', broken: true, confidence: '0.9' },
    {
      featureId: 'gamma',
      sessionId: 'S-1',
      strategy: 'session_evidence_of_old',
      metadata: '"session_evidence"',
    },
  ]);
  // The row above is one more of the related links of S-1.
  await kit.db.execute(`delete from links where source_id = 'other-0' and target_id = 'S-1'`);
  await kit.addLinks(await kit.addProject('another'), [{ featureId: 'beta-v2', sessionId: 'S-5' }]);
  await kit.addProject('blank');
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

test('[AU16] the worked example, out of the database', async () => {
  const { status, body } = await kit.request('GET', '/links/audit');

  expect(status).toBe(200);
  expect(LinkAudit.parse(body)).toEqual(body);
  expect(body).toMatchObject({
    status: 'ok',
    project_id: 'p_atlas',
    feature_filter: null,
    row_count: 7,
    total_suspects: 4,
    suspect_count: 4,
    reviewed_count: 0,
    primary_floor: 0.55,
    fanout_floor: 10,
    limit: 50,
    offset: 0,
    next_offset: null,
    by_severity: { high: 1, medium: 1, low: 2 },
    suspects: exampleVerdicts,
  });
  expect(body.suspects[0]).toMatchObject({
    ambiguity_share: 0.42,
    title: 'Quick Feature - unrelated',
    signal_type: 'command_args_path',
    signal_path: 'docs/features/unrelated-v1.md',
    commands: ['/dev:quick-feature'],
    signal_count: 1,
    link_id: expect.stringMatching(/^LK-/),
  });
});

test('[AU2] the alias answers the same bytes', async () => {
  const query = 'primary_floor=0.5&limit=2&project=atlas';
  const first = await kit.request('GET', `/links/audit?${query}`);
  kit.setNow('2026-11-21T11:00:00.000Z');

  const second = await kit.request('GET', `/cache/links/audit?${query}`);

  expect(second.text).toBe(first.text);
  expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
});

test('[AU4] pages of one set have one tag, do not overlap, and an unchanged one is not sent again', async () => {
  const pages = await Promise.all(
    [0, 2].map((offset) => kit.request('GET', `/links/audit?limit=2&offset=${offset}`)),
  );

  const [first, second] = pages.map(({ body }) => body);
  expect(first).toMatchObject({ total_suspects: 4, suspect_count: 2, next_offset: 2 });
  expect(second).toMatchObject({ total_suspects: 4, suspect_count: 2, next_offset: null });
  expect([...first.suspects, ...second.suspects]).toMatchObject(exampleVerdicts);
  const etag = pages[0]?.headers.get('etag') ?? '';
  expect(pages[1]?.headers.get('etag')).toBe(etag);
  expect(
    (await kit.request('GET', '/links/audit?limit=2', undefined, { 'If-None-Match': etag })).status,
  ).toBe(304);
  expect((await kit.request('GET', '/links/audit?project=blank')).headers.get('etag')).not.toBe(etag);
});

test('[AU10] a feature narrows the rows and not the fan-out', async () => {
  const { body } = await kit.request('GET', '/links/audit?feature_id=alpha-feature-v1');

  expect(body).toMatchObject({ feature_filter: 'alpha-feature-v1', row_count: 2, total_suspects: 1 });
  expect(body.suspects).toMatchObject([{ session_id: 'S-1', fanout_count: 20 }]);
});

test('[AU4] an unknown feature has no rows', async () => {
  const { status, body } = await kit.request('GET', '/links/audit?feature_id=unknown');

  expect(status).toBe(200);
  expect(body).toMatchObject({ row_count: 0, total_suspects: 0, suspects: [], next_offset: null });
});

test('[AU2] an empty feature means all, and another project has rows of its own', async () => {
  expect((await kit.request('GET', '/links/audit?feature_id=')).body).toMatchObject({ row_count: 7 });
  expect((await kit.request('GET', '/links/audit?project=another')).body).toMatchObject({ row_count: 1 });
  expect((await kit.request('GET', '/links/audit?project=nowhere')).status).toBe(404);
});

test.each([
  'primary_floor=1.01',
  'primary_floor=-0.1',
  'primary_floor=abc',
  'primary_floor=',
  'fanout_floor=0',
  'fanout_floor=1001',
  'fanout_floor=1.5',
  'limit=0',
  'limit=501',
  'limit=1e2',
  'offset=-1',
  'offset=1000001',
  'severity=worst',
  'include_reviewed=yes',
])('[AU2] %s is refused', async (query) => {
  const { status, body } = await kit.request('GET', `/links/audit?${query}`);

  expect(status).toBe(422);
  expect(body.error).toMatchObject({
    code: 'VALIDATION_ERROR',
    details: [{ path: `query.${query.split('=')[0]}` }],
  });
});

test.each([
  ['primary_floor=0&fanout_floor=1', 7],
  ['primary_floor=1&fanout_floor=1000', 0],
  ['severity=low', 2],
  ['severity=high&limit=500&offset=1000000', 1],
])('[AU2] with %s there are %i suspects', async (query, count) => {
  expect((await kit.request('GET', `/links/audit?${query}`)).body).toMatchObject({ total_suspects: count });
});

test('[AU11] damaged rows fail nothing', async () => {
  const project = await kit.addProject('damaged');
  const damage = [
    '"nope"',
    '[]',
    '7',
    'null',
    '{"signals":"x","commands":{}}',
    '{"signals":[1,"x",null,[]]}',
  ];
  await kit.addLinks(
    project,
    [...damage, '{"signals":[],"signalCount":"many","ambiguityShare":"much","title":3}'].map(
      (metadata, index) => ({
        featureId: `f-${index}`,
        sessionId: 'S-1',
        metadata,
        confidence: ['NaN', 'Infinity', '-Infinity', '0.9'][index % 4]!,
      }),
    ),
  );

  const { status, body } = await kit.request('GET', '/links/audit?project=damaged&fanout_floor=1');

  expect(status).toBe(200);
  expect(body).toMatchObject({ row_count: 7, total_suspects: 7 });
  expect(LinkAudit.parse(body)).toEqual(body);
});

test('[AU12] out of the database too, a command is found behind the writes', async () => {
  const signals = [
    { type: 'file_write', path: 'docs/alpha.md', weight: 0.95, at: null },
    { type: 'file_write', path: 'docs/alpha-2.md', weight: 0.95, at: null },
    { type: 'command_args_path', path: 'docs/late.md', weight: 0.7, at: '2026-01-02T00:00:00.000Z' },
    { type: 'command_args_path', path: 'docs/early.md', weight: 0.7, at: '2026-01-01T00:00:00.000Z' },
  ];
  await kit.addLinks(await kit.addProject('commanded'), [
    { featureId: 'alpha', sessionId: 'S-1', confidence: '0.9', metadata: JSON.stringify({ signals }) },
    {
      featureId: 'beta',
      sessionId: 'S-2',
      confidence: '0.9',
      metadata: JSON.stringify({ signals: signals.slice(0, 2) }),
    },
  ]);

  const { body } = await kit.request('GET', '/links/audit?project=commanded&fanout_floor=1');

  expect(body.suspects).toMatchObject([
    { signal_type: 'command_args_path', signal_path: 'docs/early.md', signal_count: 4 },
    { signal_type: 'file_write', signal_path: 'docs/alpha.md', signal_count: 2 },
  ]);
});

test('[AU10] rows and fan-out are one query', async () => {
  kit.takeStatements();

  await kit.request('GET', '/links/audit');

  expect(kit.takeStatements()).toHaveLength(1);
});

test('nothing went wrong that a client was not told', () => {
  expect(kit.unexpected).toEqual([]);
});
