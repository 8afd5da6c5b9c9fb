/** The audit of links and its reviews over a database that is filled with link rows, sound and damaged ones. */
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { Hono } from 'hono';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import type { Db, Transaction } from '../../server/db/open.ts';
import { mountLinkAudit } from '../../server/features/links/audit/audit-routes.ts';
import { mountLinkReviews, type ReviewedPair } from '../../server/features/links/reviews-routes.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import { AppError } from '../../shared/failure.ts';
import type { ProjectId } from '../../shared/ids.ts';
import { openDocuments } from './documents-kit.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers as a client without types does
  readonly body: any;
}

export interface LinkRow {
  readonly featureId: string;
  readonly sessionId: string;
  /** As SQL text, so that NaN may be one. */
  readonly confidence?: string;
  readonly metadata?: string;
  readonly strategy?: string;
  readonly linkType?: string;
  readonly broken?: boolean;
}

export interface LinkAuditKit extends AsyncDisposable {
  readonly db: Db;
  readonly journal: Journal;
  readonly unexpected: readonly unknown[];
  /** What the links were told to agree with. */
  readonly applied: ReviewedPair[];
  /** Statements about links since the last call. */
  takeStatements(): string[];
  setNow(at: string): void;
  addProject(slug: string): Promise<string>;
  addLinks(projectId: string, rows: readonly LinkRow[]): Promise<void>;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** The project that is meant when none is named. */
export const activeSlug = 'atlas';
/** Nobody links to it, and yet it has evidence. */
export const evidentSession = 'S-evident';

export async function openLinkAudit(): Promise<LinkAuditKit> {
  const documents = await openDocuments();
  const sent: string[] = [];
  const db = drizzle(documents.database.client, { logger: { logQuery: (query) => void sent.push(query) } });
  let now = new Date('2026-11-21T10:00:00.000Z');
  const clock = { now: () => now, monotonicMs: () => 0 };
  const unexpected: unknown[] = [];
  const note = (fields: object) => void unexpected.push(fields);
  const journal = await openJournal(db, clock);
  const app = new Hono<HttpEnv>({ strict: false });
  app.onError(createErrorHandler({ error: note, warn: note, info() {}, debug() {} }));
  app.use(async (c, next) => {
    c.set('actor', { kind: 'user', name: 'ada' });
    await next();
  });
  const kit = { app, db, journal, maxBodyBytes: 10_000 };
  const requireProject = createRequireProject();
  const applied: ReviewedPair[] = [];
  mountLinkAudit(kit, { clock, requireProject });
  mountLinkReviews(kit, {
    clock,
    requireProject,
    links: {
      async applyReview(tx, _emit, projectId, pair) {
        applied.push(pair);
        if (pair.verdict === 'unlinked') await removeLink(tx, projectId, pair);
      },
      hasEvidence: async (_tx, _projectId, { sessionId }) => sessionId === evidentSession,
    },
  });
  return {
    db,
    journal,
    unexpected,
    applied,
    takeStatements: () => sent.splice(0).filter((query) => /\blinks\b/.test(query)),
    setNow: (at) => void (now = new Date(at)),
    addProject: (slug) => documents.addProject(slug),
    addLinks: (projectId, rows) => insertLinks(db, projectId, rows),
    async request(method, path, body, headers = {}) {
      const response = await app.request(`/api${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      };
    },
    [Symbol.asyncDispose]: () => documents[Symbol.asyncDispose](),
  };
}

function createRequireProject() {
  return async (queryable: Db | Transaction, inQuery: string | undefined, inBody?: string) => {
    const slug = inQuery ?? inBody ?? activeSlug;
    const [row] = await queryable.execute<{ id: ProjectId }>(
      sql`select id from projects where slug = ${slug}`,
    );
    if (row === undefined) throw new AppError('NOT_FOUND', 'Project not found');
    return { id: row.id, slug };
  };
}

async function removeLink(tx: Transaction, projectId: string, { featureId, sessionId }: ReviewedPair) {
  await tx.execute(sql`delete from links
    where project_id = ${projectId} and source_id = ${featureId} and target_id = ${sessionId}`);
}

async function insertLinks(db: Db, projectId: string, rows: readonly LinkRow[]): Promise<void> {
  const json = JSON.stringify(
    rows.map(({ metadata = '{}', confidence = '0.5', broken = false, ...row }) => ({
      strategy: 'session_evidence',
      linkType: 'related',
      ...row,
      metadata,
      confidence,
      broken,
    })),
  );
  await db.execute(sql`
    insert into links (id, project_id, source_type, source_id, target_type, target_id, link_type, origin, strategy,
      confidence, metadata, broken)
    select 'LK-' || md5(concat_ws(' ', ${projectId}::text, "featureId", "sessionId", "linkType")), ${projectId}, 'feature',
      "featureId", 'session', "sessionId", "linkType", 'auto', strategy, confidence::double precision, metadata::jsonb, broken
    from jsonb_to_recordset(${json}::jsonb) as row ("featureId" text, "sessionId" text, "linkType" text, strategy text,
      confidence text, metadata text, broken boolean)`);
}
