/** `rebuild-links` as an operation: what it answers, what it joins, and its phases (OP12, OP20, OP24). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OperationRecord } from '../../shared/operations.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { createTree, type TestTree } from '../support/tree.ts';

let server: TestServer;
let tree: TestTree;
let slug: string;

beforeAll(async () => {
  tree = await createTree({ 'docs/a.md': '# A\n' });
  server = await startTestServer();
  const answer = await server.request('POST', '/api/v1/projects', { name: 'Linked', sdlc_path: tree.root });
  slug = ((await answer.json()) as { slug: string }).slug;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await tree[Symbol.asyncDispose]();
});

const rebuild = (body: object) =>
  server.request('POST', '/api/cache/rebuild-links', { project: slug, ...body });

test('[OP25] on a project that was never synced a rebuild completes, with zero rows', async () => {
  const answer = await rebuild({ background: false, trigger: 'ops-panel' });

  expect(answer.status).toBe(200);
  const { operation, stats } = (await answer.json()) as { operation: unknown; stats: object };
  const record = OperationRecord.parse(operation);
  expect(record).toMatchObject({ kind: 'rebuild_links', status: 'completed', trigger: 'ops-panel' });
  expect(record.metadata).toMatchObject({ captureAnalytics: false, progressDir: null });
  expect(stats).toMatchObject({ links_total: 0, links_created: 0, links_updated: 0, links_removed: 0 });
});

test('[OP24] in the background the answer is the id of the operation', async () => {
  const answer = await rebuild({});

  expect(answer.status).toBe(202);
  const body = (await answer.json()) as { operationId: string };
  expect(body).toEqual({
    status: 'ok',
    mode: 'background',
    message: 'Link rebuild triggered in background',
    operationId: expect.stringMatching(/^OP-/),
    coalesced: false,
  });
  expect(answer.headers.get('location')).toBe(`/api/cache/operations/${body.operationId}`);
});

test.each([
  [{ background: 'true' }, 'background'],
  [{ captureAnalytics: 1 }, 'captureAnalytics'],
  [{ trigger: 'Ops Panel' }, 'trigger'],
])('[OP3] %j is refused, and the field is named', async (body, field) => {
  const answer = await rebuild(body);

  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ error: { details: [{ path: field }] } });
});
