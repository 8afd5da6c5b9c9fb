/** The routes of statistics and the health check over a database that is filled with documents written as files. */
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { Hono } from 'hono';
import { openJournal } from '../../server/core/journal.ts';
import type { HealthChoices, TreeSettings } from '../../server/db/tables/projects.ts';
import { compareOwners } from '../../server/features/documents/ownership.ts';
import { createTerminalTest } from '../../server/features/documents/tree-settings.ts';
import { mountHealthCheck } from '../../server/features/health-check/health-check-routes.ts';
import { mountStatistics } from '../../server/features/statistics/statistics-routes.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import type { HealthCheck, HealthFinding } from '../../shared/views/health-check.ts';
import type { NewDocument } from '../../server/features/documents/document-record.ts';
import { openDocuments, toDocuments, type Answer } from './documents-kit.ts';

export type Files = Readonly<Record<string, string>>;

export interface FiguresKit extends AsyncDisposable {
  /** Each with a name of its own, which is answered. */
  addTree(files: Files | readonly NewDocument[], facts?: TreeFacts): Promise<string>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  check(slug: string, query?: string): Promise<HealthCheck>;
  /** How many statements about projects and documents the request sends. */
  statements(path: string): Promise<number>;
  /** Moves the clock on. */
  pass(ms: number): void;
  readonly unexpected: readonly unknown[];
}

interface TreeFacts {
  readonly health?: HealthChoices;
  readonly treeSettings?: TreeSettings;
}

export const now = new Date('2026-11-21T10:00:00.000Z');

export async function openFigures(): Promise<FiguresKit> {
  const documents = await openDocuments();
  const sent: string[] = [];
  const db = drizzle(documents.database.client, { logger: { logQuery: (query) => void sent.push(query) } });
  let passedMs = 0;
  const clock = { now: () => new Date(now.getTime() + passedMs), monotonicMs: () => 0 };
  const unexpected: unknown[] = [];
  const note = (fields: object) => void unexpected.push(fields);
  const app = new Hono<HttpEnv>({ strict: false });
  app.onError(createErrorHandler({ error: note, warn: note, info() {}, debug() {} }));
  const kit = { app, db, journal: await openJournal(db, clock), maxBodyBytes: 1000 };
  mountStatistics(kit, { createTerminalTest });
  mountHealthCheck(kit, {
    clock,
    createTerminalTest,
    compareOwners: (one, other) => compareOwners(toRival(one), toRival(other)),
  });
  let added = 0;
  const get: FiguresKit['get'] = async (path, headers = {}) => {
    const response = await app.request(`/api/v1${path}`, { headers });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
    };
  };
  return {
    unexpected,
    pass: (ms) => void (passedMs += ms),
    get,
    async addTree(files, { health = {}, treeSettings } = {}) {
      const slug = `tree-${(added += 1)}`;
      const id = await documents.addProject(slug);
      await db.execute(sql`update projects set health = ${JSON.stringify(health)}::jsonb,
        tree_settings = ${treeSettings === undefined ? null : JSON.stringify(treeSettings)}::jsonb where id = ${id}`);
      const rows = isRows(files) ? files : toDocuments(files);
      for (let from = 0; from < rows.length; from += 500) {
        await documents.upsert(id, rows.slice(from, from + 500));
      }
      return slug;
    },
    async check(slug, query = '') {
      const { status, body } = await get(`/projects/${slug}/health-check${query}`);
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body as HealthCheck;
    },
    async statements(path) {
      sent.length = 0;
      await get(path);
      return sent.filter((query) => /from (documents|projects)\b/.test(query)).length;
    },
    [Symbol.asyncDispose]: () => documents[Symbol.asyncDispose](),
  };
}

const isRows = (files: Files | readonly NewDocument[]): files is readonly NewDocument[] =>
  Array.isArray(files);

const toRival = ({
  path,
  ...rest
}: Parameters<Parameters<typeof mountHealthCheck>[1]['compareOwners']>[0]) => ({
  ...rest,
  file_path: path,
});

/** Long enough to count as content. */
export const text = 'A sentence of some length, so that the document is not taken for an empty one.';

/** A document with these header fields: `page('US0001: Sync', 'Status: Done')`. */
export const page = (title: string, ...fields: readonly string[]): string =>
  [`# ${title}`, '', ...fields.map((field) => field.replace(/^([^:]+): /, '> **$1:** ')), '', text, ''].join(
    '\n',
  );

export const pathsOf = (findings: readonly HealthFinding[]): string[] =>
  findings.flatMap(({ affected_documents: documents }) => documents.map((one) => one.file_path));
