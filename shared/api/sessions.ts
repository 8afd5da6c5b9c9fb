/** `/api/v1/projects/{slug}/sessions`: sessions of coding agents and their transcripts (DR1). */
import { z } from 'zod';
import { SessionDetail, SessionPage, SessionRecordPage, SessionStatus } from '../views/session.ts';
import { defineRoute } from './define.ts';
import { anyOf, CleanText, decimal, filter, ZonedTime } from './params.ts';
import { SlugParams } from './projects.ts';

const paging = { limit: decimal(1, 500).default(100) };

const SessionFilters = z.object({
  status: anyOf(SessionStatus),
  model: filter(),
  agent: anyOf(z.enum(['claude', 'codex'])),
  /** A feature that the session is linked to. */
  feature: filter(),
  /** Active at or after it. */
  since: ZonedTime.optional(),
  /** Begun at or before it. */
  until: ZonedTime.optional(),
  /** Subagents of a session; `none` for sessions that are nobody's. */
  parent: filter(),
});
export type SessionFilters = z.output<typeof SessionFilters>;

export const listSessions = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/sessions',
  summary: 'Sessions of a project, the last active first',
  role: 'viewer',
  params: SlugParams,
  query: SessionFilters.extend({ ...paging, cursor: filter() }),
  answer: SessionPage,
  status: 200,
});

const SessionParams = SlugParams.extend({ id: CleanText });

export const readSession = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/sessions/:id',
  summary: 'One session with its usage by model, files, commands, commits and subagents',
  role: 'viewer',
  params: SessionParams,
  answer: SessionDetail,
  status: 200,
});

export const listSessionRecords = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/sessions/:id/records',
  summary: 'The transcript of a session after a record',
  role: 'viewer',
  params: SessionParams,
  query: z.object({ ...paging, after: decimal(0, 2_147_483_647).optional(), cursor: filter() }),
  answer: SessionRecordPage,
  status: 200,
});
