/** Links over a database of their own: documents are written as rows, plans and sessions are told, operations run without a runner. */
import { eq } from 'drizzle-orm';
import { Hono } from 'hono';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import type { SourceChange } from '../../server/core/source-change.ts';
import type { OperationContext } from '../../server/core/workflow.ts';
import type { Database } from '../../server/db/open.ts';
import { projects } from '../../server/db/tables/projects.ts';
import { loadDocumentFacts } from '../../server/features/documents/document-facts.ts';
import { removeDocuments } from '../../server/features/documents/document-store.ts';
import type { SessionFacts } from '../../server/features/links/evidence/session-facts.ts';
import type { FeatureFacts, PlanView } from '../../server/features/links/facts.ts';
import type { PreparedLinks } from '../../server/features/links/link-run.ts';
import { Links } from '../../server/features/links/links.ts';
import { mountLinks } from '../../server/features/links/links-routes.ts';
import { mountLinkReviews } from '../../server/features/links/reviews-routes.ts';
import { reviewedLinks } from '../../server/features/links/reviewed-links.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import type { EventDraft } from '../../shared/events/index.ts';
import { AppError } from '../../shared/failure.ts';
import type { ProjectId, Slug } from '../../shared/ids.ts';
import type { FileIssue } from '../../shared/issues.ts';
import type { OperationKind } from '../../shared/operations.ts';
import { openDocuments, toDocument, today, type Answer, type DocumentsKit } from './documents-kit.ts';

export interface Edits {
  readonly write?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
  readonly move?: Readonly<Record<string, { readonly from: string; readonly text: string }>>;
  /** By id; the documents are named by their paths. Null takes one away. */
  readonly features?: Readonly<Record<string, FeatureFacts | null>>;
  readonly sessions?: Readonly<Record<string, SessionFacts | null>>;
}

export interface RunOptions {
  readonly kind?: OperationKind;
  readonly isWhole?: boolean;
  /** Ends without its commit. */
  readonly isCutOff?: boolean;
  /** What happens between the working out and the writing. */
  readonly meanwhile?: () => Promise<void>;
}

export interface Outcome {
  readonly prepared: PreparedLinks;
  readonly counters: Readonly<Record<string, number>>;
  readonly phases: readonly string[];
  readonly skipped: readonly string[];
  readonly named: Readonly<Record<string, number>>;
  readonly events: readonly EventDraft[];
  readonly issues: readonly FileIssue[] | null;
}

export interface LinksKit extends AsyncDisposable {
  readonly database: Database;
  readonly journal: Journal;
  readonly unexpected: unknown[];
  addProject(slug: string): Promise<ProjectId>;
  run(projectId: ProjectId, edits: Edits, options?: RunOptions): Promise<Outcome>;
  forget(projectId: ProjectId): void;
  restart(logicVersion?: string): void;
  request(method: string, path: string, body?: unknown): Promise<Answer>;
  idOf(projectId: string, path: string): Promise<string>;
}

export async function openLinks(): Promise<LinksKit> {
  const documents = await openDocuments();
  const { database } = documents;
  const { db } = database;
  const clock = { now: () => today, monotonicMs: () => 0 };
  const journal = await openJournal(db, clock);
  const world = new World(database);
  let settled: readonly FileIssue[] | null = null;
  const createLinks = (logicVersion: string): Links =>
    new Links({
      db,
      clock,
      logicVersion,
      sources: {
        loadDocuments: loadDocumentFacts,
        listSessionIds: async (_db, projectId) => [...world.sessionsOf(projectId).keys()],
        async *loadSessions(_db, projectId, ids) {
          const sessions = world.sessionsOf(projectId);
          yield (ids ?? []).flatMap((id) => sessions.get(id) ?? []);
        },
        openCoverage: async () => (path) => path.endsWith('.md') && !path.endsWith('_index.md'),
      },
      issues: {
        async settle(_tx, _context, found) {
          settled = found;
        },
      },
    });
  let links = createLinks('1');
  const app = new Hono<HttpEnv>({ strict: false });
  const note = (fields: object) => void documents.unexpected.push(fields);
  app.onError(createErrorHandler({ error: note, warn: note, info() {}, debug() {} }));
  app.use(async (c, next) => {
    c.set('actor', { kind: 'user', name: 'Ada' });
    await next();
  });
  const findProject = async (slug: string) => {
    const [row] = await db.select().from(projects).where(eq(projects.slug, slug));
    if (row === undefined) throw new AppError('NOT_FOUND', 'Project not found');
    return { id: row.id as ProjectId, slug: row.slug as Slug };
  };
  const kit = { app, db, journal, maxBodyBytes: 100_000 };
  const requireProject = (_tx: unknown, inQuery?: string, inBody?: string) =>
    findProject(inBody ?? inQuery ?? '');
  mountLinkReviews(kit, { clock, requireProject, links: reviewedLinks });
  mountLinks(kit, {
    requireProject,
    findProject: (_tx, slug) => findProject(slug),
    loadSession: async (_tx, projectId, id) => world.sessionsOf(projectId).get(id),
  });
  const versions = new Map<string, number>();
  return {
    database,
    journal,
    unexpected: documents.unexpected,
    async addProject(slug) {
      return (await documents.addProject(slug)) as ProjectId;
    },
    async run(projectId, edits, { kind = 'sync_changed_files', isWhole = false, isCutOff, meanwhile } = {}) {
      const version = versions.get(projectId) ?? 0;
      settled = null;
      const narrated = { counters: {}, phases: [], skipped: [], named: {} };
      const changed = await world.write(documents, projectId, edits);
      const removed = await Promise.all((edits.remove ?? []).map((path) => world.idOf(projectId, path)));
      const plans = await world.plan(projectId, edits);
      const sessions = await world.attend(projectId, edits);
      const change: SourceChange = {
        projectId,
        documents: { changed: new Set(changed), removed: new Set(removed) },
        sessions,
        before: `v${version}`,
        isWhole,
      };
      const prepared = await links.prepare(toContext(projectId, kind, narrated), change, async () => plans);
      await meanwhile?.();
      const events: EventDraft[] = [];
      if (isCutOff === true) {
        links.forget(projectId);
        return { prepared, ...narrated, events, issues: null };
      }
      const hasChanged = changed.length + removed.length + sessions.changed.size + sessions.removed.size > 0;
      const after = `v${hasChanged ? version + 1 : version}`;
      await journal.transact(async (tx, emit) => {
        await removeDocuments(tx, projectId, edits.remove ?? []);
        const announce = (draft: EventDraft): void => {
          events.push(draft);
          emit(draft);
        };
        await prepared.commit(tx, announce, after);
      });
      versions.set(projectId, Number(after.slice(1)));
      return { prepared, ...narrated, events, issues: settled };
    },
    forget: (projectId) => links.forget(projectId),
    restart(logicVersion = '1') {
      links = createLinks(logicVersion);
    },
    async request(method, path, body) {
      const response = await app.request(path, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? JSON.parse(text) : undefined,
      };
    },
    idOf: (projectId, path) => world.idOf(projectId, path),
    [Symbol.asyncDispose]: () => documents[Symbol.asyncDispose](),
  };
}

/** What the other rooms hold of each project. */
class World {
  readonly #database: Database;
  readonly #features = new Map<string, Map<string, FeatureFacts>>();
  readonly #sessions = new Map<string, Map<string, SessionFacts>>();

  constructor(database: Database) {
    this.#database = database;
  }

  sessionsOf(projectId: string): Map<string, SessionFacts> {
    return take(this.#sessions, projectId);
  }

  async idOf(projectId: string, path: string): Promise<string> {
    const [row] = await this.#database.client<{ id: string }[]>`
      select id from documents where project_id = ${projectId} and file_path = ${path}`;
    return row?.id ?? path;
  }

  async write(
    documents: DocumentsKit,
    projectId: string,
    { write = {}, move = {} }: Edits,
  ): Promise<string[]> {
    const moved = Object.entries(move).map(([path, { from, text }]) =>
      toDocument(path, text, { movedFrom: from }),
    );
    const written = Object.entries(write).map(([path, text]) => toDocument(path, text));
    const { added, updated } = await documents.upsert(projectId, [...moved, ...written]);
    return [...added, ...updated].map(({ id }) => id);
  }

  async plan(projectId: string, { features = {} }: Edits): Promise<PlanView> {
    const all = take(this.#features, projectId);
    const { client } = this.#database;
    for (const [id, feature] of Object.entries(features)) {
      await client`delete from features where project_id = ${projectId} and id = ${id}`;
      if (feature === null) {
        all.delete(id);
        continue;
      }
      const resolve = (path: string) => this.idOf(projectId, path);
      const documentIds = await Promise.all(feature.documentIds.map(resolve));
      const tasks = await Promise.all(
        feature.tasks.map(async (task) => ({ ...task, documentId: await resolve(task.documentId) })),
      );
      all.set(id, { ...feature, documentIds, tasks });
      await client`
        insert into features (project_id, id, name, base_slug, status, conflict, readiness, coverage, document_count, facts, digest)
        values (${projectId}, ${id}, ${id}, ${feature.base}, 'backlog', false, 'planning', 0, 0, '{}', '')`;
    }
    return {
      features: () => all.values(),
      feature: (id) => all.get(id),
      tasks: () => [...all.values()].flatMap(({ tasks }) => tasks),
      tasksOf: (documentId) =>
        [...all.values()].flatMap(({ tasks }) => tasks.filter((task) => task.documentId === documentId)),
      changedFeatureIds: new Set(Object.keys(features)),
    };
  }

  async attend(projectId: string, { sessions = {} }: Edits): Promise<SourceChange['sessions']> {
    const all = this.sessionsOf(projectId);
    const [changed, removed] = [new Set<string>(), new Set<string>()];
    for (const [id, session] of Object.entries(sessions)) {
      if (session === null) {
        all.delete(id);
        removed.add(id);
      } else {
        all.set(id, session);
        changed.add(id);
        await this.#addSessionRow(projectId, id);
      }
    }
    return { changed, removed };
  }

  async #addSessionRow(projectId: string, id: string): Promise<void> {
    await this.#database.client`
      insert into sessions (project_id, id, agent, family, role, title, title_source, title_confidence, models, branches,
        active_at, ends_turn, user_messages, assistant_messages, tool_calls, failed_tool_calls, api_errors, compactions,
        record_types, record_count, lines, invalid_lines, long_lines, masked_secrets, log_path, log_bytes, sidecars, updated_at)
      values (${projectId}, ${id}, 'claude', ${id}, 'main', 'T', 'default', 0.35, '{}', '{}', now(), true, 0, 0, 0, 0, 0, 0,
        '[]', 0, 0, 0, 0, 0, '', 0, '{}', now())
      on conflict do nothing`;
  }
}

function take<T>(maps: Map<string, Map<string, T>>, projectId: string): Map<string, T> {
  const known = maps.get(projectId) ?? new Map<string, T>();
  maps.set(projectId, known);
  return known;
}

interface Narrated {
  readonly counters: Record<string, number>;
  readonly phases: string[];
  readonly skipped: string[];
  readonly named: Record<string, number>;
}

function toContext(projectId: ProjectId, kind: OperationKind, narrated: Narrated): OperationContext {
  const operation = {
    id: 'OP-019aa5c2-7b1e-7c40-9f3a-5d2e8b7c1a04',
    kind,
    projectId,
    projectSlug: 'test',
    trigger: 'api',
  };
  const context: Partial<OperationContext> = {
    operation: operation as unknown as OperationContext['operation'],
    signal: new AbortController().signal,
    enter: (phase) => void narrated.phases.push(phase),
    skip: (phases) => void narrated.skipped.push(...(phases === 'links' ? [phases] : phases)),
    progress: (_done, named = {}) => void Object.assign(narrated.named, named),
    say: () => undefined,
    report: () => undefined,
    count(counter, by = 1) {
      narrated.counters[counter] = (narrated.counters[counter] ?? 0) + by;
    },
  };
  return context as OperationContext;
}
