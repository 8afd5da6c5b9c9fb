import { afterAll, beforeAll, expect, test } from 'vitest';
import { listLinkReviews, reviewLink } from '../../shared/api/link-audit.ts';
import { loadReviews } from '../../server/features/links/reviews-store.ts';
import { evidentSession, openLinkAudit, type LinkAuditKit } from './link-audit-kit.ts';

let kit: LinkAuditKit;
let made = 0;

beforeAll(async () => {
  kit = await openLinkAudit();
  await kit.addProject('atlas');
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const mismatch = JSON.stringify({
  title: 'Execute Phase 2 - gamma',
  commands: ['/dev:execute-phase'],
  signals: [{ type: 'command_args_path', path: 'docs/gamma.md', weight: 0.9, at: null }],
});

/** A project with one suspect link, a-feature to S-1, and nothing else. */
async function addSuspect(): Promise<string> {
  const slug = `review-${(made += 1)}`;
  const link = { featureId: 'a-feature', sessionId: 'S-1', confidence: '0.8', metadata: mismatch };
  await kit.addLinks(await kit.addProject(slug), [link]);
  return slug;
}

const pair = { feature_id: 'a-feature', session_id: 'S-1' };
const reasons = ['primary_like_command_path_mismatch', 'primary_like_title_path_mismatch'];

const post = (project: string, body: object, headers?: Record<string, string>) =>
  kit.request('POST', '/links/audit/reviews', { ...pair, project, ...body }, headers);
const audit = async (project: string, query = '') =>
  (await kit.request('GET', `/links/audit?project=${project}&${query}`)).body;
const list = (project: string, query = '') =>
  kit.request('GET', `/links/audit/reviews?project=${project}&${query}`);

test('[AU5] a dismissed link is reviewed at once, and no suspect any more', async () => {
  const project = await addSuspect();
  expect(await audit(project)).toMatchObject({ total_suspects: 1, reviewed_count: 0 });

  const { status, body } = await post(project, { verdict: 'dismissed', note: 'it is right' });

  expect(status).toBe(201);
  expect(reviewLink.answer.parse(body)).toEqual(body);
  expect(body.review).toMatchObject({
    ...pair,
    verdict: 'dismissed',
    note: 'it is right',
    actor: { kind: 'user', name: 'ada' },
    reasonsAtReview: reasons,
    reasonsChanged: false,
  });
  expect(await audit(project)).toMatchObject({ total_suspects: 0, reviewed_count: 1, row_count: 1 });
  const { suspects } = await audit(project, 'include_reviewed=true');
  expect(suspects).toEqual([expect.objectContaining({ reason: reasons.join(';'), review: body.review })]);
});

test('[AU5] a new verdict takes the place of the old', async () => {
  const project = await addSuspect();
  const first = await post(project, { verdict: 'dismissed', note: 'right' });

  const second = await post(project, { verdict: 'pinned' });

  expect(second.status).toBe(200);
  expect(second.body.review).toMatchObject({ verdict: 'pinned', note: null });
  const { body } = await list(project);
  expect(body.items).toEqual([second.body.review]);
  expect(body.items[0].id).not.toBe(first.body.review.id);
});

test('[AU5] of verdicts at the same time one is the first, and one stands', async () => {
  const project = await addSuspect();
  // Connections that stand already: who still has to connect comes late, and nothing happens at the same time.
  await Promise.all([1, 2, 3, 4].map(() => list(project)));

  const answers = await Promise.all(
    ['dismissed', 'pinned', 'dismissed', 'pinned'].map((verdict) => post(project, { verdict })),
  );

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
  expect((await list(project)).body.items).toHaveLength(1);
});

test('[AU6] what is unlinked is gone at once, and can be reviewed again', async () => {
  const project = await addSuspect();

  expect((await post(project, { verdict: 'unlinked' })).status).toBe(201);
  expect(await audit(project)).toMatchObject({ row_count: 0 });
  const { status, body } = await post(project, { verdict: 'dismissed' });

  expect(status).toBe(200);
  expect(body.review.reasonsAtReview).toEqual(reasons);
});

test.each([['dismissed'], ['pinned'], ['unlinked']])('[AU5] links are told to agree: %s', async (verdict) => {
  const project = await addSuspect();
  kit.applied.length = 0;

  await post(project, { verdict });

  expect(kit.applied).toEqual([{ featureId: 'a-feature', sessionId: 'S-1', verdict }]);
});

test('[AU5] an event is committed with the review, and with its undoing', async () => {
  const project = await addSuspect();
  const before = kit.journal.head();

  const { body } = await post(project, { verdict: 'pinned' });
  await kit.request('DELETE', `/links/audit/reviews/${body.review.id}`);

  const events = await kit.journal.pageAfter(before, 10);
  const data = { reviewId: body.review.id, featureId: 'a-feature', sessionId: 'S-1' };
  expect(events.map((entry) => JSON.parse(entry.json) as unknown)).toMatchObject([
    { type: 'link:reviewed', topic: [`project:${project}`], data: { ...data, verdict: 'pinned' } },
    { type: 'link:reviewed', topic: [`project:${project}`], data: { ...data, verdict: null } },
  ]);
});

test('[AU5] a review that is taken back leaves the link a suspect again', async () => {
  const project = await addSuspect();
  const { body } = await post(project, { verdict: 'dismissed' });
  const path = `/links/audit/reviews/${body.review.id}`;
  kit.applied.length = 0;

  expect((await kit.request('DELETE', `${path}?project=atlas`)).status).toBe(404);
  expect(await kit.request('DELETE', path)).toMatchObject({ status: 204, text: '' });

  expect(kit.applied).toMatchObject([{ verdict: null }]);
  expect(await audit(project)).toMatchObject({ total_suspects: 1, reviewed_count: 0 });
  const again = await kit.request('DELETE', path);
  expect(again).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
});

test('[AU5] a pair without link is reviewed only if there is evidence', async () => {
  const project = await addSuspect();

  const unknown = await post(project, { session_id: 'S-9', verdict: 'pinned' });
  const evident = await post(project, { session_id: evidentSession, verdict: 'pinned' });

  expect(unknown).toMatchObject({
    status: 404,
    body: { error: { code: 'NOT_FOUND', message: 'Link not found' } },
  });
  expect(evident).toMatchObject({ status: 201, body: { review: { reasonsAtReview: [] } } });
  expect((await list(project)).body.items).toHaveLength(1);
});

test('[AU5] a link of any strategy can be reviewed', async () => {
  const project = await addSuspect();
  const link = { featureId: 'b-feature', sessionId: 'S-1', strategy: 'task_frontmatter', confidence: '1' };
  await kit.addLinks(`p_${project.replaceAll('-', '')}`, [link]);

  expect((await post(project, { feature_id: 'b-feature', verdict: 'unlinked' })).status).toBe(201);
});

test('[AU6] a dismissed link that turns suspect for another reason says so, and stays dismissed', async () => {
  const project = await addSuspect();
  await post(project, { verdict: 'dismissed' });
  const others = Array.from({ length: 9 }, (_none, index) => ({
    featureId: `other-${index}`,
    sessionId: 'S-1',
    strategy: 'task_frontmatter',
  }));

  await kit.addLinks(`p_${project.replaceAll('-', '')}`, others);

  expect((await list(project)).body.items).toMatchObject([
    { reasonsChanged: true, reasonsAtReview: reasons },
  ]);
  expect(await audit(project)).toMatchObject({ total_suspects: 0, reviewed_count: 1 });
});

test('[OP28] one key, one review', async () => {
  const project = await addSuspect();
  const key = { 'Idempotency-Key': `key-${project}` };

  const first = await post(project, { verdict: 'dismissed' }, key);
  const again = await post(project, { verdict: 'dismissed' }, key);
  const other = await post(project, { verdict: 'pinned' }, key);

  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(other).toMatchObject({ status: 422, body: { error: { code: 'IDEMPOTENCY_MISMATCH' } } });
});

test('[OP6] reviews are paged, newest first', async () => {
  const project = await addSuspect();
  const sessions = Array.from({ length: 5 }, (_none, index) => `S-${index + 10}`);
  await kit.addLinks(
    `p_${project.replaceAll('-', '')}`,
    sessions.map((sessionId) => ({ featureId: 'a-feature', sessionId })),
  );
  for (const [index, sessionId] of sessions.entries()) {
    // Two at a time at the same moment: then the id decides.
    kit.setNow(`2026-11-21T12:00:0${Math.floor(index / 2)}.000Z`);
    await post(project, { session_id: sessionId, verdict: 'dismissed' });
  }

  const seen: { session_id: string; createdAt: string }[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await list(project, `limit=2&cursor=${cursor}`);
    expect(listLinkReviews.answer.parse(body)).toEqual(body);
    seen.push(...body.items);
    cursor = body.nextCursor;
  }

  expect(seen.map(({ session_id: id }) => id).sort()).toEqual(sessions);
  expect(seen.map(({ createdAt }) => createdAt)).toEqual(
    seen
      .map(({ createdAt }) => createdAt)
      .sort()
      .reverse(),
  );
});

test('[OP6] a cursor of another project, or of nothing, is refused', async () => {
  const project = await addSuspect();
  const link = { featureId: 'b', sessionId: 'S-2' };
  await kit.addLinks(`p_${project.replaceAll('-', '')}`, [link]);
  await post(project, { verdict: 'pinned' });
  await post(project, { feature_id: 'b', session_id: 'S-2', verdict: 'pinned' });
  const { nextCursor } = (await list(project, 'limit=1')).body;

  const refused = await Promise.all([list('atlas', `cursor=${nextCursor}`), list(project, 'cursor=garbage')]);

  for (const { status, body } of refused) {
    expect(status).toBe(422);
    expect(body.error.details).toMatchObject([{ path: 'query.cursor' }]);
  }
});

test.each([
  [{ verdict: 'forgotten' }, 'verdict'],
  [{ verdict: 'pinned', feature_id: ' ' }, 'feature_id'],
  [{ verdict: 'pinned', session_id: 7 }, 'session_id'],
  [{ verdict: 'pinned', note: 'a\0b' }, 'note'],
  [{}, 'verdict'],
])('[OP3] %j is refused', async (body, path) => {
  const { status, body: answer } = await post('atlas', body);

  expect(status).toBe(422);
  expect(answer.error.details).toMatchObject([{ path }]);
});

test('[AU6] whoever derives links hears of all reviews, in one order', async () => {
  const project = await addSuspect();
  const id = `p_${project.replaceAll('-', '')}`;
  await kit.addLinks(id, [{ featureId: 'Z', sessionId: 'S-1' }]);
  await post(project, { verdict: 'pinned' });
  await post(project, { feature_id: 'Z', verdict: 'unlinked' });

  expect(await loadReviews(kit.db, id)).toMatchObject([
    { featureId: 'Z', sessionId: 'S-1', verdict: 'unlinked' },
    { featureId: 'a-feature', sessionId: 'S-1', verdict: 'pinned' },
  ]);
});

test('nothing went wrong that a client was not told', () => {
  expect(kit.unexpected).toEqual([]);
});
