/** `/api/links/audit`: suspect links and reviews of them (AU2 to AU6). */
import { z } from 'zod';
import { LinkAudit, LinkReview, Severity, Verdict } from '../views/link-audit.ts';
import { defineRoute } from './define.ts';
import { toPage } from './operations.ts';
import { CleanText, decimal, filter, flag } from './params.ts';

const inProject = { project: CleanText.optional() };

/** A fraction in plain decimal notation. */
const share = () =>
  z
    .string()
    .regex(/^(\d+(\.\d*)?|\.\d+)$/, 'must be a number from 0 to 1')
    .transform(Number)
    .refine((value) => value >= 0 && value <= 1, 'must be from 0 to 1');

export const defaultFloors = { primary: 0.55, fanout: 10 } as const;

export const AuditQuery = z.object({
  ...inProject,
  feature_id: filter(),
  primary_floor: share().default(defaultFloors.primary),
  fanout_floor: decimal(1, 1000).default(defaultFloors.fanout),
  limit: decimal(1, 500).default(50),
  offset: decimal(0, 1_000_000).default(0),
  severity: z.preprocess((text) => (text === '' ? undefined : text), Severity.optional()),
  include_reviewed: flag().default(false),
});
export type AuditQuery = z.output<typeof AuditQuery>;

export const auditLinks = defineRoute({
  method: 'GET',
  path: '/api/links/audit',
  summary: 'Links between features and sessions that look wrong, with reasons',
  role: 'viewer',
  query: AuditQuery,
  answer: LinkAudit,
  status: 200,
});

export const auditCachedLinks = defineRoute({
  ...auditLinks,
  path: '/api/cache/links/audit',
  summary: 'The audit of links by its other name',
});

const EntityId = CleanText.refine((id) => id.trim() !== '', 'must not be blank').max(1000);

export const ReviewRequest = z.object({
  ...inProject,
  feature_id: EntityId,
  session_id: EntityId,
  verdict: Verdict,
  note: CleanText.max(2000).nullish(),
});
export type ReviewRequest = z.output<typeof ReviewRequest>;

export const reviewLink = defineRoute({
  method: 'POST',
  path: '/api/links/audit/reviews',
  summary: 'Dismiss a suspicion, pin a link or unlink it',
  role: 'operator',
  query: z.object(inProject),
  body: ReviewRequest,
  answer: z.object({ status: z.literal('ok'), review: LinkReview }),
  status: 201,
  isIdempotent: true,
});

export const listLinkReviews = defineRoute({
  method: 'GET',
  path: '/api/links/audit/reviews',
  summary: 'What was said about links, newest first',
  role: 'viewer',
  query: z.object({ ...inProject, limit: decimal(1, 200).default(20), cursor: filter() }),
  answer: toPage(LinkReview),
  status: 200,
});

export const removeLinkReview = defineRoute({
  method: 'DELETE',
  path: '/api/links/audit/reviews/:reviewId',
  summary: 'Take a review back',
  role: 'operator',
  params: z.object({ reviewId: CleanText }),
  query: z.object(inProject),
  answer: null,
  status: 204,
});
