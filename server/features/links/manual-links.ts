/** Links that people make and take back; what evidence says of them is kept beside them (LK1, AU1). */
import type { LinkRequest } from '../../../shared/api/links.ts';
import { AppError } from '../../../shared/failure.ts';
import type { ProjectId } from '../../../shared/ids.ts';
import type { Emit } from '../../core/journal.ts';
import type { Transaction } from '../../db/open.ts';
import { entityExists, toEntityId } from './entities.ts';
import { toEntity, toLinkId, toParts, type LinkKey } from './link.ts';
import { findLink, type StoredLinkRow } from './link-queries.ts';
import { addToTotal } from './link-store.ts';
import type { Decision } from './model/decision.ts';
import { redecide, type Redecided } from './redecide.ts';
import type { MeantProject } from './require-project.ts';
import { findReview, lockReviews } from './reviews-store.ts';

export interface Made {
  readonly id: string;
  readonly isNew: boolean;
}

export async function makeLink(
  tx: Transaction,
  emit: Emit,
  project: MeantProject,
  wanted: LinkRequest,
): Promise<Made> {
  await lockReviews(tx, project.id);
  const key: LinkKey = {
    source: await requireEntity(tx, project.id, wanted.sourceType, wanted.sourceId),
    target: await requireEntity(tx, project.id, wanted.targetType, wanted.targetId),
    linkType: wanted.linkType,
  };
  const verdict = await findVerdict(tx, project.id, key);
  const { confidence, metadata } = wanted;
  const change = await redecide(tx, project.id, key, () => ({ manual: { confidence, metadata }, verdict }));
  await announce(tx, emit, project, change);
  return { id: toLinkId(project.id, key), isNew: change.before?.body.origin !== 'manual' };
}

async function requireEntity(tx: Transaction, projectId: string, type: string, named: string) {
  const id = await toEntityId(tx, projectId, type, named);
  if (await entityExists(tx, projectId, { type, id })) return toEntity(type, id);
  throw new AppError('NOT_FOUND', `No ${type} "${named}" in this project`);
}

/** What evidence finds, if it finds anything, stands again. */
export async function takeLinkBack(
  tx: Transaction,
  emit: Emit,
  project: MeantProject,
  id: string,
): Promise<void> {
  await lockReviews(tx, project.id);
  const row = await findLink(tx, id);
  if (row === undefined || row.projectId !== project.id) throw linkNotFound();
  if (row.origin !== 'manual') {
    throw new AppError(
      'CONFLICT',
      `Link ${id} was not made by hand; unlink it with a review (POST /api/links/audit/reviews).`,
    );
  }
  const key = toKey(row);
  const verdict = await findVerdict(tx, project.id, key);
  const wanted = verdict === null ? null : { manual: null, verdict };
  await announce(tx, emit, project, await redecide(tx, project.id, key, () => wanted));
}

export const linkNotFound = () => new AppError('NOT_FOUND', 'Link not found');

export const toKey = (row: StoredLinkRow): LinkKey => ({
  source: toEntity(row.sourceType, row.sourceId),
  target: toEntity(row.targetType, row.targetId),
  linkType: row.linkType,
});

/** Reviews are of a feature and a session; a dismissal changes no link. */
async function findVerdict(
  tx: Transaction,
  projectId: string,
  { source, target, linkType }: LinkKey,
): Promise<Decision['verdict']> {
  const [from, to] = [toParts(source), toParts(target)];
  if (from.type !== 'feature' || to.type !== 'session' || linkType !== 'related') return null;
  const review = await findReview(tx, projectId, { featureId: from.id, sessionId: to.id });
  return review === undefined || review.verdict === 'dismissed' ? null : review.verdict;
}

export async function announce(
  tx: Transaction,
  emit: Emit,
  project: MeantProject,
  { before, after }: Redecided,
): Promise<void> {
  if (before?.digest === after?.digest) return;
  const created = before === null ? 1 : 0;
  const removed = after === null ? 1 : 0;
  const total = await addToTotal(tx, project.id, created - removed);
  emit({
    type: 'links:changed',
    projectId: project.id as ProjectId,
    operationId: null,
    topic: [`project:${project.slug}`],
    data: { created, removed, updated: created + removed === 0 ? 1 : 0, total },
  });
}
