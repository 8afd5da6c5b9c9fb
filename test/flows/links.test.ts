/** Links as operations derive them and as people read and steer them (LK18 to LK24, AU1, AU6). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProjectId } from '../../shared/ids.ts';
import { command, toSession, use } from '../links/evidence-kit.ts';
import { toFeature } from '../links/model-kit.ts';
import { openLinks, type LinksKit } from './links-kit.ts';

let kit: LinksKit;

beforeAll(async () => {
  kit = await openLinks();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const plan = 'implementation_plans/foo-bar-v1.md';
const report = 'reports/foo-bar-v1/findings.md';
const some = {
  write: {
    'epics/EP0001-a.md': '# EP0001\n\nSee US0002.\n',
    'stories/US0002-b.md': '# US0002\n\n> **Epic:** EP0001\n> **Depends on:** US0009\n',
    [plan]: '---\nstatus: active\n---\n# Plan\n',
    [report]: `---\nprd: foo-bar-v1\nrelated: [${plan}]\n---\n# Report\n`,
  },
  features: { 'foo-bar-v1': toFeature('foo-bar-v1', [plan]) },
  sessions: {
    'S-1': toSession({
      id: 'S-1',
      commands: [command('/dev:execute-phase', plan)],
      files: [use('update', plan)],
    }),
  },
};

/** Rows with the transaction that wrote them last. */
const rowsOf = (projectId: ProjectId) => kit.database.client`
  select xmin::text, id, source_type, target_type, link_type, origin, strategy, confidence, metadata, created_at
  from links where project_id = ${projectId} order by id`;

const stateOf = async (projectId: ProjectId) =>
  (await kit.database.client`select * from link_state where project_id = ${projectId}`)[0];

test('[LK18] a first run writes and counts every link; the next one writes and counts nothing', async () => {
  const id = await kit.addProject('first');

  const first = await kit.run(id, some, { kind: 'full_sync' });
  const before = await rowsOf(id);
  const second = await kit.run(id, {}, { kind: 'full_sync' });
  const third = await kit.run(id, {}, { kind: 'rebuild_links', isWhole: true });

  expect(before.map(({ strategy }) => strategy).sort()).toEqual([
    'body_mention',
    'document_ref_path',
    'explicit_frontmatter_ref',
    'header_edge',
    'path_feature_hint',
    'session_evidence',
  ]);
  expect(first.counters).toEqual({ linksCreated: 6, linksUpdated: 0, linksRemoved: 0 });
  expect(first.prepared.stats).toEqual({
    links_created: 6,
    links_updated: 0,
    links_removed: 0,
    links_total: 6,
  });
  expect(first.events).toMatchObject([
    { type: 'links:changed', data: { created: 6, updated: 0, removed: 0, total: 6 } },
  ]);
  expect(second.skipped).toEqual(['links']);
  expect(third.counters).toEqual({ linksCreated: 0, linksUpdated: 0, linksRemoved: 0 });
  expect(third.events).toEqual([]);
  expect(await rowsOf(id)).toEqual(before);
});

test('[LK19] the six phases say what they do', async () => {
  const id = await kit.addProject('phases');

  const { phases, named } = await kit.run(id, some);

  expect(phases).toEqual([
    'links:init',
    'links:feature-prep',
    'links:session-evidence',
    'links:documents',
    'links:catalog',
    'links:completed',
  ]);
  expect(named).toMatchObject({
    featureCount: 1,
    featuresPrepared: 1,
    sessionCount: 1,
    sessionPagesLoaded: 1,
    sessionsProcessed: 1,
    documentCount: 4,
    documentsProcessed: 4,
  });
});

test('[LK20] an increment writes only what it changes, also after a restart', async () => {
  const id = await kit.addProject('increment');
  await kit.run(id, some);
  const before = await rowsOf(id);

  const edited = await kit.run(id, {
    write: { 'stories/US0002-b.md': '# US0002\n\n> **Epic:** EP0001\n> **Blocks:** EP0001\n' },
  });
  const after = await rowsOf(id);
  kit.restart();
  const removed = await kit.run(id, { remove: ['stories/US0002-b.md'] });

  // What the epic only mentioned depends on it now.
  expect(edited.counters).toMatchObject({ linksCreated: 1, linksUpdated: 0, linksRemoved: 1 });
  const kept = before.filter(({ strategy }) => strategy !== 'body_mention');
  expect(after.filter(({ link_type: type }) => type !== 'depends_on')).toEqual(kept);
  expect(removed.counters).toMatchObject({ linksCreated: 0, linksUpdated: 0, linksRemoved: 2 });
  expect((await rowsOf(id)).map(({ id: link }) => link)).toEqual(
    kept.filter(({ strategy }) => strategy !== 'header_edge').map(({ id: link }) => link),
  );
});

test('[LK22] a run that was cut off is made good by the next one', async () => {
  const id = await kit.addProject('cut-off');
  await kit.run(id, {});

  await kit.run(id, some, { isCutOff: true });
  const again = await kit.run(id, {}, { kind: 'full_sync', isWhole: true });

  expect(again.counters).toMatchObject({ linksCreated: 6 });
});

test('[LK22] another logic version rebuilds, and the state says why', async () => {
  const id = await kit.addProject('logic');
  await kit.run(id, some);
  expect(await stateOf(id)).toMatchObject({
    logic_version: '1',
    reason: 'first',
    links_total: 6,
    pending: 0,
    trigger: 'api',
  });

  kit.restart('2');
  const { phases } = await kit.run(id, {});
  kit.restart('1');

  expect(phases).toContain('links:completed');
  expect(await stateOf(id)).toMatchObject({ logic_version: '2', reason: 'logic_version' });
});

test('[LK17] dependencies that go round are kept, and reported at each of their lines', async () => {
  const id = await kit.addProject('cycle');
  const story = (on: string) => `# Story\n\n> **Depends on:** ${on}\n`;

  const around = await kit.run(id, {
    write: { 'US0001-a.md': story('US0002'), 'US0002-b.md': story('US0001') },
  });
  const other = await kit.run(id, { write: { 'US0003-c.md': '# Story\n' } });
  const undone = await kit.run(id, { write: { 'US0002-b.md': '# Story\n' } });

  expect(around.counters).toMatchObject({ linksCreated: 2 });
  expect(around.issues).toMatchObject([
    { path: 'US0001-a.md', code: 'BAD_REFERENCE', line: 3 },
    { path: 'US0002-b.md', code: 'BAD_REFERENCE', line: 3 },
  ]);
  expect(other.issues).toBeNull();
  expect(undone.issues).toEqual([]);
});

const make = (slug: string, body: object) => kit.request('POST', '/api/links', { project: slug, ...body });

test('[AU1] a link made by hand is there at once, stays over rebuilds, and goes when it is taken back', async () => {
  const id = await kit.addProject('by-hand');
  await kit.run(id, some);
  const wanted = {
    sourceType: 'document',
    sourceId: plan,
    targetType: 'session',
    targetId: 'S-1',
    metadata: { why: 'said so' },
  };

  const made = await make('by-hand', wanted);
  const again = await make('by-hand', wanted);
  await kit.run(id, {}, { isWhole: true });
  const read = await kit.request('GET', `/api/links/${made.body.id}`);
  const gone = await kit.request('DELETE', `/api/links/${made.body.id}`);
  const missing = await kit.request('GET', `/api/links/${made.body.id}`);

  expect([made.status, again.status, again.body.id]).toEqual([201, 200, made.body.id]);
  expect(read.body).toMatchObject({
    origin: 'manual',
    confidence: 1,
    linkType: 'related',
    metadata: { why: 'said so' },
    broken: false,
  });
  expect(read.body.explanation).toMatchObject({
    strategy: 'manual',
    base: 1,
    adjustments: [],
    confidence: 1,
  });
  expect([gone.status, missing.status, missing.body.error.message]).toEqual([204, 404, 'Link not found']);
});

test('[LK1] evidence never takes a link over that a person made, and stands again when it is taken back', async () => {
  const id = await kit.addProject('taken-over');
  await kit.run(id, some);
  const pair = {
    sourceType: 'feature',
    sourceId: 'foo-bar-v1',
    targetType: 'session',
    targetId: 'S-1',
    confidence: 0.2,
  };
  const before = (await rowsOf(id)).find(({ strategy }) => strategy === 'session_evidence');

  const { body } = await make('taken-over', pair);
  const unchanged = await kit.run(id, {}, { isWhole: true });
  const during = await kit.request('GET', `/api/links/${body.id}`);
  await kit.request('DELETE', `/api/links/${body.id}`);
  const after = (await rowsOf(id)).find((row) => row.id === body.id);

  expect(body.id).toBe(before?.id);
  expect(unchanged.counters).toMatchObject({ linksCreated: 0, linksUpdated: 0, linksRemoved: 0 });
  expect(during.body).toMatchObject({
    origin: 'manual',
    confidence: 0.2,
    metadata: { autoEvidence: { linkStrategy: 'session_evidence' } },
  });
  expect(after).toMatchObject({
    strategy: before?.strategy,
    confidence: before?.confidence,
    metadata: before?.metadata,
  });
});

test('[LK1] a link by hand whose end vanishes stays, broken, and heals when it returns', async () => {
  const id = await kit.addProject('broken');
  await kit.run(id, some);
  const { body } = await make('broken', {
    sourceType: 'document',
    sourceId: report,
    targetType: 'session',
    targetId: 'S-1',
  });

  await kit.run(id, { remove: [report] });
  const broken = await kit.request('GET', `/api/links/${body.id}`);
  await kit.run(id, { write: { [report]: some.write[report] ?? '' } });
  const healed = await kit.request('GET', `/api/links/${body.id}`);

  expect([broken.body.broken, healed.body.broken]).toEqual([true, false]);
});

test('[LK1] a link by hand that is made while links are worked out holds over what was worked out', async () => {
  const id = await kit.addProject('meanwhile');
  const pair = {
    sourceType: 'feature',
    sourceId: 'foo-bar-v1',
    targetType: 'session',
    targetId: 'S-1',
    confidence: 0.2,
  };

  await kit.run(id, some, { meanwhile: async () => void (await make('meanwhile', pair)) });
  const during = (await rowsOf(id)).find(({ target_type: type }) => type === 'session');
  await kit.run(id, {}, { isWhole: true });
  const after = (await rowsOf(id)).find(({ target_type: type }) => type === 'session');

  expect(during).toMatchObject({
    origin: 'manual',
    confidence: 0.2,
    metadata: { autoEvidence: { linkStrategy: 'session_evidence' } },
  });
  expect(after).toEqual(during);
});

test('[AU6] pinned stays at 0.9 whatever evidence says, unlinked is never made again, and both can be undone', async () => {
  const id = await kit.addProject('reviewed');
  const weak = { ...some, sessions: { 'S-1': toSession({ id: 'S-1', files: [use('read', plan)] }) } };
  await kit.run(id, weak);
  const pair = { project: 'reviewed', feature_id: 'foo-bar-v1', session_id: 'S-1' };
  const review = (verdict: string) => kit.request('POST', '/api/links/audit/reviews', { ...pair, verdict });
  const confidences = async () =>
    (await rowsOf(id))
      .filter(({ target_type: type }) => type === 'session')
      .map(({ confidence }) => confidence);
  const found = await confidences();

  const pinned = await review('pinned');
  const whilePinned = await confidences();
  await kit.run(id, { sessions: { 'S-1': toSession({ id: 'S-1' }) } });
  const withoutEvidence = await confidences();
  await kit.run(id, { sessions: weak.sessions });
  await review('unlinked');
  const whileUnlinked = await confidences();
  await kit.run(id, {}, { isWhole: true });
  const afterRebuild = await confidences();
  const last = await review('dismissed');
  const undone = await confidences();

  expect(pinned.status).toBe(201);
  expect([whilePinned, withoutEvidence]).toEqual([[0.9], [0.9]]);
  expect([whileUnlinked, afterRebuild]).toEqual([[], []]);
  expect([last.status, undone]).toEqual([200, found]);
});

test('[AU1] only links by hand can be deleted', async () => {
  const id = await kit.addProject('kept');
  await kit.run(id, some);
  const [row] = await rowsOf(id);

  const answer = await kit.request('DELETE', `/api/links/${row?.id}`);

  expect([answer.status, answer.body.error.code]).toEqual([409, 'CONFLICT']);
});

test.each([
  [{ sourceType: 'thing' }, 422],
  [{ sourceId: ' ' }, 422],
  [{ confidence: 1.1 }, 422],
  [{ linkType: '' }, 422],
  [{ targetId: 'S-9' }, 404],
])('[AU1] a link with %j is refused', async (wrong, status) => {
  const right = { sourceType: 'feature', sourceId: 'foo-bar-v1', targetType: 'session', targetId: 'S-1' };

  expect((await make('first', { ...right, ...wrong })).status).toBe(status);
});

test('[AU1] links of an entity come in both directions, and can be narrowed', async () => {
  const get = async (query: string) =>
    (await kit.request('GET', `/api/links/feature/foo-bar-v1?project=first${query}`)).body;

  const all = await get('');

  expect(all).toMatchObject({ entityType: 'feature', entityId: 'foo-bar-v1', linkType: null, count: 3 });
  expect(all.items.map((item: { confidence: number }) => item.confidence)).toEqual([0.98, 0.95, 0.74]);
  expect((await get('&min_confidence=0.9')).count).toBe(2);
  expect((await get('&origin=declared')).count).toBe(0);
  expect((await get('&link_type=child')).count).toBe(0);
});

test('[AU1] an entity nobody knows has no links, a type nobody knows is refused', async () => {
  const nobody = await kit.request('GET', '/api/links/task/T-9?project=first');
  const nothing = await kit.request('GET', '/api/links/thing/T-9?project=first');

  expect([nobody.status, nobody.body.count, nothing.status]).toEqual([200, 0, 422]);
});

test('[AU1] a document is also named by its path, percent-encoded', async () => {
  const { body } = await kit.request('GET', `/api/links/document/${encodeURIComponent(plan)}?project=first`);

  expect(body).toMatchObject({ entityId: plan, count: 2 });
});

test('[AU1] a tree tells children, parents and others apart', async () => {
  const id = await kit.addProject('tree');
  const task = {
    id: 'T-1',
    featureId: 'foo-bar-v1',
    documentId: plan,
    sourcePath: plan,
    sessionIds: ['1'],
    commitHashes: [],
  };
  await kit.run(id, { ...some, features: { 'foo-bar-v1': toFeature('foo-bar-v1', [plan], [task]) } });

  const feature = (await kit.request('GET', '/api/links/feature/foo-bar-v1/tree?project=tree')).body;
  const child = (await kit.request('GET', '/api/links/task/T-1/tree?project=tree')).body;

  expect(feature).toMatchObject({ entityType: 'feature', children: [{ targetId: 'T-1' }], parents: [] });
  expect(feature.related.length).toBeGreaterThan(0);
  expect(child.parents).toHaveLength(2);
  expect(child.related).toMatchObject([{ targetType: 'session', targetId: 'S-1' }]);
});

test('[LK24] an explanation adds up to the confidence and names every signal', async () => {
  const id = await kit.addProject('explained');
  const many = Array.from({ length: 40 }, (_none, at) => ({
    ...use('update', plan),
    at: `2026-01-01T00:00:${at + 10}.000Z`,
  }));
  await kit.run(id, { ...some, sessions: { 'S-1': toSession({ id: 'S-1', files: many }) } });
  const row = (await rowsOf(id)).find(({ strategy }) => strategy === 'session_evidence');

  const { metadata, confidence, explanation } = (await kit.request('GET', `/api/links/${row?.id}`)).body;

  expect(metadata.signals).toHaveLength(25);
  expect(explanation.signals).toHaveLength(40);
  const sum = explanation.adjustments.reduce(
    (total: number, { delta }: { delta: number }) => total + delta,
    explanation.base,
  );
  expect(Math.min(0.95, Math.round(sum * 1000) / 1000)).toBe(confidence);
  expect(explanation).toMatchObject({ strategy: 'session_evidence', share: 1, review: null });
});

test('[LK24] a typed edge is explained by the lines that declare it', async () => {
  const row = (await rowsOf('p_first' as ProjectId)).find(({ strategy }) => strategy === 'header_edge');

  const { explanation, origin } = (await kit.request('GET', `/api/links/${row?.id}`)).body;

  expect(origin).toBe('declared');
  expect(explanation).toMatchObject({
    base: 1,
    declaredBy: [{ file: 'stories/US0002-b.md', key: 'Epic', line: 3 }],
  });
});

test('[AU1] what leads nowhere is listed, page by page', async () => {
  const id = await kit.addProject('nowhere');
  await kit.run(id, {
    write: {
      'a.md': '> **Epic:** EP0404\n\n[gone](gone.md) [out](../out.md) [index](_index.md)\n',
      'b.md': '---\nprd: no-such-thing\n---\n',
    },
  });

  const first = (await kit.request('GET', '/api/links/unresolved?project=nowhere&limit=3')).body;
  const second = (
    await kit.request('GET', `/api/links/unresolved?project=nowhere&limit=3&cursor=${first.nextCursor}`)
  ).body;
  const foreign = await kit.request('GET', `/api/links/unresolved?project=first&cursor=${first.nextCursor}`);

  expect([...first.items, ...second.items]).toEqual([
    { documentPath: 'a.md', key: 'Epic', value: 'EP0404', reason: 'no_match', candidates: [] },
    { documentPath: 'a.md', key: 'body', value: 'gone.md', reason: 'no_match', candidates: [] },
    { documentPath: 'a.md', key: 'body', value: '../out.md', reason: 'outside', candidates: [] },
    { documentPath: 'b.md', key: 'prd', value: 'no-such-thing', reason: 'no_match', candidates: [] },
  ]);
  expect([second.nextCursor, foreign.status]).toEqual([null, 422]);
});

test('[DR1] edges of a document are told by type, in and out', async () => {
  const { body } = await kit.request('GET', '/api/v1/projects/first/edges?path=epics/EP0001-a.md');
  const missing = await kit.request('GET', '/api/v1/projects/first/edges?path=nothing.md');

  expect(body).toMatchObject({
    path: 'epics/EP0001-a.md',
    in: { epic: [{ document: { path: 'stories/US0002-b.md' } }] },
    out: { mentions: [{ document: { path: 'stories/US0002-b.md' } }] },
  });
  expect(missing.status).toBe(404);
});

test('nothing went wrong unseen', () => {
  expect(kit.unexpected).toEqual([]);
});
