/** The routes of documents over a database of their own, filled with documents that are written as files. */
import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { openJournal } from '../../server/core/journal.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { projects } from '../../server/db/tables/projects.ts';
import type { NewDocument } from '../../server/features/documents/document-record.ts';
import {
  removeDocuments,
  upsertDocuments,
  type UpsertedDocuments,
} from '../../server/features/documents/document-store.ts';
import { mountDocuments } from '../../server/features/documents/documents-routes.ts';
import { parseDocument, parserVersion } from '../../server/features/documents/parse/parse-document.ts';
import { builtInVocabulary } from '../../server/features/documents/parse/vocabulary.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import type { DocumentRef } from '../../shared/events/document.ts';
import { AppError } from '../../shared/failure.ts';
import { createTestDatabase } from '../support/database.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers as a client without types does
  readonly body: any;
}

export interface DocumentsKit extends AsyncDisposable {
  readonly database: Database;
  /** What went wrong without being a failure that a client may know. */
  readonly unexpected: unknown[];
  addProject(slug: string): Promise<string>;
  upsert(projectId: string, documents: readonly NewDocument[]): Promise<UpsertedDocuments>;
  remove(projectId: string, ...paths: string[]): Promise<DocumentRef[]>;
  /** Below `/api/v1/projects`. */
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
}

export const today = new Date('2026-11-21T10:00:00.000Z');

export async function openDocuments(): Promise<DocumentsKit> {
  const test = await createTestDatabase();
  await migrateDatabase(test.url);
  const database = openDatabase(test.url, { max: 4 });
  const { db } = database;
  const clock = { now: () => today, monotonicMs: () => 0 };
  const unexpected: unknown[] = [];
  const note = (fields: object) => void unexpected.push(fields);
  const log = { error: note, warn: note, info() {}, debug() {} };
  const app = new Hono<HttpEnv>({ strict: false });
  app.onError(createErrorHandler(log));
  mountDocuments(
    { app, db, journal: await openJournal(db, clock), maxBodyBytes: 1000 },
    {
      clock,
      async findProject(tx, slug) {
        const [row] = await tx.select({ id: projects.id }).from(projects).where(eq(projects.slug, slug));
        if (row === undefined) throw new AppError('NOT_FOUND', 'Project not found');
        return row;
      },
    },
  );
  return {
    database,
    unexpected,
    async addProject(slug) {
      const id = `p_${slug.replaceAll('-', '')}`;
      await db.insert(projects).values({ ...blankProject, id, slug, name: slug });
      return id;
    },
    upsert: (projectId, documents) => db.transaction((tx) => upsertDocuments(tx, projectId, documents)),
    remove: (projectId, ...paths) => db.transaction((tx) => removeDocuments(tx, projectId, paths)),
    async get(path, headers = {}) {
      const response = await app.request(`/api/v1/projects${path}`, { headers });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? (JSON.parse(text) as unknown) : undefined,
      };
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await test.drop();
    },
  };
}

const blankProject = {
  sourceType: 'local' as const,
  repoBranch: 'main',
  repoPath: 'sdlc-studio',
  autoSync: false,
  watch: false,
  active: false,
  explicitPaths: {},
  paths: { docs: ['.'], progress: [], sessions: [] },
  health: {},
  syncStatus: 'synced' as const,
  createdAt: today,
  updatedAt: today,
};

/** A document as a sync would hand it over. */
export function toDocument(
  filePath: string,
  text: string,
  facts: Partial<Pick<NewDocument, 'movedFrom' | 'fileDate' | 'dates' | 'mtimeMs' | 'parserVersion'>> = {},
): NewDocument {
  const bytes = new TextEncoder().encode(text);
  const reading = parseDocument({ filePath, entry: '.', entryKind: 'docs', bytes }, builtInVocabulary);
  if (reading.outcome === 'failed') throw new Error(`${filePath} cannot be read`);
  return {
    ...reading.document,
    filePath,
    entry: '.',
    fileHash: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    mtimeMs: 1_770_000_000_000,
    dates: { created: null, updated: null, completed: null, last_activity: null },
    fileDate: null,
    movedFrom: null,
    parserVersion,
    ...facts,
  };
}

/** `{ 'stories/US0001-a.md': '# A' }` as documents. */
export function toDocuments(files: Readonly<Record<string, string>>): NewDocument[] {
  return Object.entries(files).map(([path, text]) => toDocument(path, text));
}
