/** Sessions over a database of their own, with agent homes in a temporary folder: every test gets a project of its own. */
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import postgres from 'postgres';
import type { EventDraft } from '../../shared/events/index.ts';
import type { OperationId, ProjectId } from '../../shared/ids.ts';
import type { FileIssue } from '../../shared/issues.ts';
import { openJournal } from '../../server/core/journal.ts';
import type { OperationContext } from '../../server/core/workflow.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Db } from '../../server/db/open.ts';
import { projects } from '../../server/db/tables/projects.ts';
import { LogPeeks } from '../../server/features/sessions/log-peek.ts';
import { createPriceTable, readPriceTable, type PriceList } from '../../server/features/sessions/prices.ts';
import type { SessionProject, SessionTools } from '../../server/features/sessions/session-tools.ts';
import { syncSessions, type SessionsSynced } from '../../server/features/sessions/session-sync.ts';
import { Worktrees } from '../../server/features/sessions/worktrees.ts';
import { createTestDatabase } from '../support/database.ts';
import { createTestGit, runGit } from '../support/temp-repository.ts';

export interface SyncRequest {
  readonly logs?: 'all' | readonly string[];
  readonly isForced?: boolean;
  readonly allowEmpty?: boolean;
  readonly kind?: 'full_sync' | 'sync_changed_files';
  readonly signal?: AbortSignal;
  /** Called with the number of each transaction; what it throws loses that transaction. */
  readonly onTransact?: (number: number) => void;
}

export interface SyncOutcome extends SessionsSynced {
  readonly events: readonly EventDraft[];
  readonly counts: Readonly<Record<string, number>>;
  readonly phases: readonly string[];
  readonly progress: readonly Record<string, number>[];
  readonly reported: readonly FileIssue[];
  readonly transactions: number;
}

export interface TestProject extends SessionProject {
  readonly slug: string;
  readonly homes: { readonly claude: string; readonly codex: string };
  readonly tools: SessionTools;
  /** The log folder of the project's root. */
  readonly folder: string;
  sync(request?: SyncRequest): Promise<SyncOutcome>;
  /** A path below the log folder, or an absolute one. */
  at(path: string): string;
  write(path: string, records: readonly object[] | string): string;
  append(path: string, records: readonly object[] | string): void;
  /** As if at rest since an hour. */
  age(path: string): void;
  git(...args: string[]): string;
}

export interface SessionsKit extends AsyncDisposable {
  readonly db: Db;
  readonly sql: postgres.Sql;
  addProject(options?: ProjectOptions): Promise<TestProject>;
  openIssues(project: TestProject): Promise<{ path: string; code: string; message: string }[]>;
}

export interface ProjectOptions {
  readonly prices?: PriceList;
  readonly batchBytes?: number;
  readonly maxLineBytes?: number;
  readonly now?: () => Date;
  readonly sessionFolders?: (homes: { claude: string; codex: string }) => string[];
}

let named = 0;

export async function openSessions(): Promise<SessionsKit> {
  const test = await createTestDatabase();
  await migrateDatabase(test.url);
  const database = openDatabase(test.url, { max: 4 });
  const sql = postgres(test.url, { max: 2, onnotice: () => undefined });
  const { db } = database;
  const clock = { now: () => new Date(), monotonicMs: () => performance.now() };
  const journal = await openJournal(db, clock);
  const folders: string[] = [];
  const issues = new Map<string, FileIssue[]>();

  const kit: SessionsKit = {
    db,
    sql,
    async addProject(options = {}) {
      const base = realpathSync(mkdtempSync(join(tmpdir(), 'syncline-sessions-')));
      // Also for a user without privileges.
      chmodSync(base, 0o755);
      folders.push(base);
      const root = join(base, 'work/app');
      const homes = { claude: join(base, '.claude'), codex: join(base, '.codex') };
      mkdirSync(root, { recursive: true });
      const slug = `p${(named += 1)}`;
      const id = `p_${slug}` as ProjectId;
      await db.insert(projects).values({ ...blankProject, id, slug, name: slug, sdlcPath: root });
      const git = createTestGit();
      const tools: SessionTools = {
        db,
        git,
        homes,
        clock: { ...clock, now: options.now ?? clock.now },
        peeks: new LogPeeks(),
        worktrees: new Worktrees(git),
        prices: options.prices === undefined ? readPriceTable() : createPriceTable(options.prices),
        listRoots: async () => [root],
        limits: {
          maxLineBytes: options.maxLineBytes ?? 8_388_608,
          retentionDays: 365,
          ...(options.batchBytes === undefined ? {} : { batchBytes: options.batchBytes }),
        },
        issues: {
          listOpen: async () => issues.get(id) ?? [],
          async settle(_tx, _scope, paths, found) {
            const others = (issues.get(id) ?? []).filter(({ path }) => paths?.includes(path) === false);
            issues.set(id, [...others, ...found]);
          },
        },
      };
      const folder = join(homes.claude, 'projects', root.replace(/[^A-Za-z0-9]/g, '-'));
      const project: TestProject = {
        id,
        slug,
        root,
        homes,
        tools,
        folder,
        sessionFolders: options.sessionFolders?.(homes) ?? [],
        at: (path) => (path.startsWith('/') ? path : join(folder, path)),
        write(path, records) {
          const file = project.at(path);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, toText(records));
          return file;
        },
        append: (path, records) => appendFileSync(project.at(path), toText(records)),
        age(path) {
          const then = new Date(Date.now() - 3_600_000);
          utimesSync(project.at(path), then, then);
        },
        git: (...args) => runGit(root, 1_770_000_000, ...args),
        sync: (request = {}) => runSync(project, request),
      };
      return project;
    },
    openIssues: async ({ id }) =>
      (issues.get(id) ?? []).map(({ path, code, message }) => ({ path, code, message })),
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      await database[Symbol.asyncDispose]();
      await test.drop();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };

  async function runSync(project: TestProject, request: SyncRequest): Promise<SyncOutcome> {
    const events: EventDraft[] = [];
    const counts: Record<string, number> = {};
    const phases: string[] = [];
    const progress: Record<string, number>[] = [];
    const reported: FileIssue[] = [];
    let transactions = 0;
    const signal = request.signal ?? new AbortController().signal;
    const context: OperationContext = {
      operation: {
        id: 'OP-01890a5d-ac96-774b-bcce-b302099a8057' as OperationId,
        kind: request.kind ?? 'full_sync',
        lane: `project:${project.id}`,
        projectId: project.id,
        projectSlug: project.slug,
        trigger: 'api',
        actor: { kind: 'user', name: 'test' },
        options: {},
        metadata: {},
        attempt: 1,
      },
      signal,
      enter: (phase) => void phases.push(phase),
      skip: () => undefined,
      progress: (processed, named = {}) => void progress.push({ processed, ...named }),
      count: (name, by = 1) => void (counts[name] = (counts[name] ?? 0) + by),
      say: () => undefined,
      report: (found) => void reported.push(...found),
      emit: (draft) => void events.push(draft),
      transact: (work) => {
        transactions += 1;
        const number = transactions;
        return journal.transact(async (tx, emit) => {
          const result = await work(tx, (draft) => (events.push(draft), emit(draft)));
          request.onTransact?.(number);
          return result;
        });
      },
      conclude: (work) => context.transact(work),
    };
    const { logs = 'all', isForced = false, allowEmpty = false } = request;
    const synced = await syncSessions(project.tools, context, { project, logs, isForced, allowEmpty });
    await journal.transact((tx, emit) => synced.commit(tx, (draft) => (events.push(draft), emit(draft))));
    return { ...synced, events, counts, phases, progress, reported, transactions };
  }
  return kit;
}

const toText = (records: readonly object[] | string): string =>
  typeof records === 'string' ? records : records.map((record) => `${JSON.stringify(record)}\n`).join('');

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
  createdAt: new Date('2026-11-21T10:00:00.000Z'),
  updatedAt: new Date('2026-11-21T10:00:00.000Z'),
};

/** All rows that describe the sessions of a project, without what only says when it was looked at. */
export async function readSessionRows({ sql }: SessionsKit, { id }: Pick<TestProject, 'id'>) {
  const [sessions, logs, usage, totals, facts, commits, records, windows] = await Promise.all([
    sql`select * from sessions where project_id = ${id} order by id`,
    sql`select session_id, folder, "offset", head_hash, tail_hash, is_skipping, read_with, state, issues
      from session_logs where project_id = ${id} order by session_id`,
    sql`select * from session_usage where project_id = ${id} order by session_id, key`,
    sql`select * from session_usage_totals where project_id = ${id} order by session_id, scope, model, day, band`,
    sql`select * from session_facts where project_id = ${id} order by session_id, kind, key`,
    sql`select * from session_commits where project_id = ${id} order by session_id, hash`,
    sql`select session_id, first_index, body from session_records where project_id = ${id} order by session_id, first_index`,
    sql`select * from session_commit_windows where project_id = ${id} order by session_id, position`,
  ]);
  return {
    windows,
    sessions: sessions.map(({ updated_at: _at, ...row }) => row),
    logs,
    usage,
    totals,
    facts,
    commits,
    // However they were cut into pieces.
    records: records.flatMap((row) =>
      (JSON.parse(String(row['body'])) as object[]).map((record) => ({
        session: row['session_id'],
        ...record,
      })),
    ),
  };
}
