/** Plans over a database of their own: documents are written as rows, operations run without a runner. */
import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import type { SourceChange } from '../../server/core/source-change.ts';
import type { OperationContext } from '../../server/core/workflow.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { projects } from '../../server/db/tables/projects.ts';
import { loadDocumentFacts } from '../../server/features/documents/document-facts.ts';
import { removeDocuments, upsertDocuments } from '../../server/features/documents/document-store.ts';
import type { NewDocument } from '../../server/features/documents/document-record.ts';
import { parseDocument } from '../../server/features/documents/parse/parse-document.ts';
import { builtInVocabulary } from '../../server/features/documents/parse/vocabulary.ts';
import { toDate } from '../../server/features/indexing/date-text.ts';
import type { PreparedPlans } from '../../server/features/plans/plans-options.ts';
import { Plans } from '../../server/features/plans/plans.ts';
import { mountPlans } from '../../server/features/plans/plans-routes.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import type { EventDraft } from '../../shared/events/index.ts';
import { AppError } from '../../shared/failure.ts';
import type { ProjectId } from '../../shared/ids.ts';
import type { FileIssue } from '../../shared/issues.ts';
import type { DocumentDates } from '../../shared/views/document.ts';
import type { FeatureSession } from '../../shared/views/plan.ts';
import { createTestDatabase } from '../support/database.ts';
import { toDocument, today } from './documents-kit.ts';

export interface Edits {
  /** Front matter by path; null is a document without. */
  readonly write?: Readonly<Record<string, Record<string, unknown> | null>>;
  readonly remove?: readonly string[];
  readonly move?: readonly (readonly [from: string, to: string])[];
  /** Documents that git dates only after they were read. */
  readonly date?: Readonly<Record<string, DocumentDates>>;
}

export interface Outcome {
  readonly prepared: PreparedPlans;
  readonly counters: Readonly<Record<string, number>>;
  readonly phases: readonly string[];
  readonly skipped: readonly string[];
  readonly events: readonly EventDraft[];
  readonly settled: readonly { paths: readonly string[]; found: readonly FileIssue[] }[];
}

export type Kind = 'full_sync' | 'sync_changed_files';

export interface PlansKit extends AsyncDisposable {
  readonly database: Database;
  readonly unexpected: unknown[];
  readonly sessions: FeatureSession[];
  addProject(slug: string): Promise<ProjectId>;
  /** Edits documents and derives from them as an operation would. */
  run(projectId: ProjectId, edits: Edits, options?: { kind?: Kind; isWhole?: boolean }): Promise<Outcome>;
  /** As a restart does. */
  forget(projectId: ProjectId): void;
  get(path: string): Promise<{ status: number; body: any }>; // oxlint-disable-line typescript/no-explicit-any
}

export async function openPlans(): Promise<PlansKit> {
  const test = await createTestDatabase();
  await migrateDatabase(test.url);
  const database = openDatabase(test.url, { max: 4 });
  const { db } = database;
  const clock = { now: () => today, monotonicMs: () => 0 };
  const journal = await openJournal(db, clock);
  const unexpected: unknown[] = [];
  const sessions: FeatureSession[] = [];
  const note = (fields: object) => void unexpected.push(fields);
  const app = new Hono<HttpEnv>({ strict: false });
  app.onError(createErrorHandler({ error: note, warn: note, info() {}, debug() {} }));
  const settled: Outcome['settled'][number][] = [];
  const plans = new Plans({
    db,
    loadFacts: loadDocumentFacts,
    readDate: toDate,
    issues: {
      async settle(_tx, _context, paths, found) {
        settled.push({ paths, found });
      },
    },
  });
  mountPlans(
    { app, db, journal, maxBodyBytes: 1000 },
    {
      listSessions: async (_tx, _project, _feature, { withWeak }) =>
        sessions.filter((session) => withWeak || !session.weak),
      async findProject(tx, slug) {
        const [row] = await tx.select({ id: projects.id }).from(projects).where(eq(projects.slug, slug));
        if (row === undefined) throw new AppError('NOT_FOUND', 'Project not found');
        return row;
      },
    },
  );
  const versions = new Map<string, number>();
  return {
    database,
    unexpected,
    sessions,
    async addProject(slug) {
      const id = `p_${slug.replaceAll('-', '')}` as ProjectId;
      await db.insert(projects).values({ ...blankProject, id, slug, name: slug });
      return id;
    },
    async run(projectId, edits, { kind = 'sync_changed_files', isWhole = false } = {}) {
      const version = versions.get(projectId) ?? 0;
      settled.length = 0;
      const narrated = {
        counters: {} as Record<string, number>,
        phases: [] as string[],
        skipped: [] as string[],
      };
      const changed = await writeDocuments(database, projectId, edits);
      const removed = await findIds(database, projectId, edits.remove ?? []);
      const documents = { changed: new Set(changed), removed: new Set(removed) };
      const change: SourceChange = {
        projectId,
        documents,
        sessions: { changed: new Set(), removed: new Set() },
        before: `v${version}`,
        isWhole,
      };
      const run = plans.begin(toContext(projectId, kind, narrated));
      if (kind === 'full_sync') await run.readTasks(change);
      const dated = await writeDates(database, projectId, edits.date ?? {});
      for (const documentId of dated) documents.changed.add(documentId);
      const prepared = await run.prepare(change);
      const hasChanged = documents.changed.size + documents.removed.size > 0;
      const after = `v${hasChanged ? version + 1 : version}`;
      const events = await commit(journal, projectId, edits.remove ?? [], prepared, after);
      versions.set(projectId, Number(after.slice(1)));
      return { prepared, ...narrated, events, settled: [...settled] };
    },
    forget: (projectId) => plans.forget(projectId),
    async get(path) {
      const response = await app.request(`/api/v1/projects${path}`);
      return { status: response.status, body: (await response.json()) as unknown };
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await test.drop();
    },
  };
}

async function writeDocuments(
  { db, client }: Database,
  projectId: string,
  { write = {}, move = [] }: Edits,
): Promise<string[]> {
  const documents = Object.entries(write).map(([path, frontMatter]) =>
    toNew(path, toText(frontMatter), null),
  );
  for (const [from, to] of move) {
    const [row] = await client<{ body: string }[]>`
      select body from documents where project_id = ${projectId} and file_path = ${from}`;
    if (row !== undefined) documents.push(toNew(to, row.body, from));
  }
  const { added, updated } = await db.transaction((tx) => upsertDocuments(tx, projectId, documents));
  return [...added, ...updated].map(({ id }) => id);
}

/** Read as the entry it lies in would have it read. */
function toNew(path: string, text: string, movedFrom: string | null): NewDocument {
  const isProgress = path.startsWith('.claude/progress/');
  const entry = isProgress ? '.claude/progress' : '.';
  const entryKind = isProgress ? ('progress' as const) : ('docs' as const);
  const bytes = new TextEncoder().encode(text);
  const reading = parseDocument({ filePath: path, entry, entryKind, bytes }, builtInVocabulary);
  if (reading.outcome === 'failed') throw new Error(`${path} cannot be read`);
  return { ...toDocument(path, text, { movedFrom }), ...reading.document, entry };
}

async function writeDates(
  database: Database,
  projectId: string,
  dates: Readonly<Record<string, DocumentDates>>,
): Promise<string[]> {
  for (const [path, value] of Object.entries(dates)) {
    await database.client`
      update documents set dates = ${JSON.stringify(value)}::text::jsonb
      where project_id = ${projectId} and file_path = ${path}`;
  }
  return await findIds(database, projectId, Object.keys(dates));
}

const toText = (frontMatter: Record<string, unknown> | null): string =>
  frontMatter === null ? '# Text\n' : `---\n${JSON.stringify(frontMatter)}\n---\ntext\n`;

async function findIds({ client }: Database, projectId: string, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const rows = await client<{ id: string; path: string }[]>`
    select id, file_path as path from documents where project_id = ${projectId}`;
  return rows.filter((row) => paths.includes(row.path)).map((row) => row.id);
}

async function commit(
  journal: Journal,
  projectId: string,
  removed: readonly string[],
  prepared: PreparedPlans,
  after: string,
): Promise<EventDraft[]> {
  const events: EventDraft[] = [];
  await journal.transact(async (tx, emit) => {
    await removeDocuments(tx, projectId, removed);
    await prepared.commit(
      tx,
      (draft) => {
        events.push(draft);
        emit(draft);
      },
      after,
    );
  });
  return events;
}

function toContext(
  projectId: ProjectId,
  kind: Kind,
  narrated: { counters: Record<string, number>; phases: string[]; skipped: string[] },
): OperationContext {
  const operation = { id: 'OP-test', kind, projectId, projectSlug: 'test' };
  const context: Partial<OperationContext> = {
    operation: operation as unknown as OperationContext['operation'],
    signal: new AbortController().signal,
    enter: (phase) => void narrated.phases.push(phase),
    skip: (phases) => void narrated.skipped.push(...(phases === 'links' ? [phases] : phases)),
    progress: () => undefined,
    report: () => undefined,
    count(counter, by = 1) {
      narrated.counters[counter] = (narrated.counters[counter] ?? 0) + by;
    },
  };
  return context as OperationContext;
}

const blankProject = {
  sourceType: 'local' as const,
  repoBranch: 'main',
  repoPath: 'sdlc-studio',
  autoSync: false,
  watch: false,
  active: false,
  explicitPaths: {},
  paths: { docs: ['.'], progress: ['.claude/progress'], sessions: [] },
  health: {},
  syncStatus: 'synced' as const,
  createdAt: today,
  updatedAt: today,
};
