import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFigures, page, type FiguresKit } from './figures-kit.ts';

let kit: FiguresKit;
let empty: string;
let tree: string;
let gated: string;

beforeAll(async () => {
  kit = await openFigures();
  empty = await kit.addTree({});
  tree = await kit.addTree({
    'prd.md': page('What is built'),
    'epics/EP0001-a.md': page('EP0001: Sync', 'Status: Done'),
    'stories/US0001-a.md': page('US0001: A', 'Status: ✅ Done', 'Story Points: 5'),
    'stories/US0002-b.md': page('US0002: B', 'Status: In Progress (2/3)', 'Story Points: 3'),
    'stories/US0003-c.md': page('US0003: C', "Status: Won't Implement"),
  });
  gated = await kit.addTree(
    { 'stories/US0001-a.md': page('US0001: A', 'Status: Shipped'), 'stories/US0002-b.md': page('US0002: B') },
    { treeSettings: { terminal: { story: ['Done', 'Shipped'] }, health: {} } },
  );
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

test('[SA1] a project is counted by type and status, its stories and their points by what is done', async () => {
  const { status, body } = await kit.get(`/projects/${tree}/stats`);

  expect(status).toBe(200);
  expect(body).toEqual({
    slug: tree,
    name: tree,
    total_documents: 5,
    by_type: { epic: 1, prd: 1, story: 3 },
    by_status: { Done: 2, 'In Progress': 1, "Won't Implement": 1, null: 1 },
    completion_percentage: 66.7,
    last_synced_at: null,
    stories: { total: 3, done: 2 },
    story_points: { total: 8, done: 5 },
  });
});

test('[SA1] an empty project is all zeros', async () => {
  const { body } = await kit.get(`/projects/${empty}/stats`);

  expect(body).toMatchObject({ by_type: {}, by_status: {}, completion_percentage: 0, total_documents: 0 });
});

test("[SA3] the project's own words end a story", async () => {
  const { body } = await kit.get(`/projects/${gated}/stats`);

  expect(body).toMatchObject({ completion_percentage: 50, stories: { total: 2, done: 1 } });
});

test('[SA2] all projects are summed from whole numbers, in the order of their list', async () => {
  const { body } = await kit.get('/stats');

  expect(body).toMatchObject({
    total_projects: 3,
    total_documents: 7,
    by_type: { epic: 1, prd: 1, story: 5 },
    by_status: { Done: 2, 'In Progress': 1, "Won't Implement": 1, Shipped: 1, null: 2 },
    completion_percentage: 60,
    stories: { total: 5, done: 3 },
  });
  expect(body.projects).toEqual([
    expect.objectContaining({ slug: empty, total_documents: 0, completion_percentage: 0 }),
    expect.objectContaining({ slug: tree, total_documents: 5, completion_percentage: 66.7 }),
    expect.objectContaining({ slug: gated, total_documents: 2, completion_percentage: 50 }),
  ]);
});

test('[SA3] each is one query, however many projects there are', async () => {
  expect(await kit.statements('/stats')).toBe(1);
  expect(await kit.statements(`/projects/${tree}/stats`)).toBe(1);
});

test('[SA1] a slug that is none is 404', async () => {
  const { status, body } = await kit.get('/projects/nobody/stats');

  expect(status).toBe(404);
  expect(body.error).toMatchObject({ code: 'NOT_FOUND', message: 'Project not found' });
});

test('[GR8] an answer carries a position and an ETag that matches while nothing changes', async () => {
  const { headers } = await kit.get('/stats');

  const again = await kit.get('/stats', { 'if-none-match': headers.get('etag') ?? '' });

  expect(again.status).toBe(304);
  expect(again.headers.get('sync-head')).toMatch(/-\d+$/);
});

test('no request has failed in a way that a client may not know of', () => {
  expect(kit.unexpected).toEqual([]);
});
