/** A server with projects in real folders, for stories about syncs: every test gets a project of its own. */
import postgres from 'postgres';
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { Project } from '../../shared/views/project.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { createTree, type TestTree } from '../support/tree.ts';
import { until } from '../support/until.ts';

export interface SyncKit extends AsyncDisposable {
  readonly server: TestServer;
  readonly sql: postgres.Sql;
  /** A registered project; its folder goes with the kit. */
  addProject(
    files?: Readonly<Record<string, string>>,
    settings?: Record<string, unknown>,
  ): Promise<TestProject>;
  addTree(files?: Readonly<Record<string, string>>): Promise<TestTree>;
  register(tree: TestTree, settings?: Record<string, unknown>): Promise<TestProject>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers as a client without types does
type Answer = { readonly status: number; readonly body: any };

export interface TestProject {
  readonly slug: string;
  readonly id: string;
  readonly tree: TestTree;
  view(): Promise<Project>;
  /** In the foreground: the answer comes when the sync has ended. */
  sync(options?: { force?: boolean; allowEmpty?: boolean }): Promise<Answer>;
  syncPaths(paths: readonly string[], options?: Record<string, unknown>): Promise<Answer>;
  put(change: Record<string, unknown>): Promise<Answer>;
  paths(): Promise<string[]>;
  document(path: string): Promise<Record<string, unknown> | undefined>;
  openIssues(): Promise<{ path: string; code: string; severity: string; message: string }[]>;
  /** Events of the project after a cursor. */
  eventsAfter(cursor: string): Promise<SynclineEvent[]>;
  cursor(): Promise<string>;
  untilEvent<T extends SynclineEvent['type']>(
    type: T,
    after: string,
    matches?: (event: Extract<SynclineEvent, { type: T }>) => boolean,
  ): Promise<Extract<SynclineEvent, { type: T }>>;
}

let named = 0;

export async function openSyncKit(settings: Record<string, string> = {}): Promise<SyncKit> {
  const server = await startTestServer(settings);
  const sql = postgres(server.databaseUrl, { max: 4, onnotice: () => undefined });
  const trees: TestTree[] = [];
  const kit: SyncKit = {
    server,
    sql,
    async addTree(files) {
      const tree = await createTree(files);
      trees.push(tree);
      return tree;
    },
    async addProject(files, given) {
      return await kit.register(await kit.addTree(files), given);
    },
    async register(tree, given = {}) {
      const name = `Project ${(named += 1)}`;
      const answer = await server.request('POST', '/api/v1/projects', {
        name,
        sdlc_path: tree.root,
        ...given,
      });
      const project = (await answer.json()) as Project;
      if (answer.status !== 201) throw new Error(JSON.stringify(project));
      return toProject(kit, tree, project);
    },
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      await server[Symbol.asyncDispose]();
      for (const tree of trees) await tree[Symbol.asyncDispose]();
    },
  };
  return kit;
}

function toProject({ server, sql }: SyncKit, tree: TestTree, { slug, id }: Project): TestProject {
  const send = async (method: string, path: string, body: unknown): Promise<Answer> => {
    const answer = await server.request(method, path, body);
    return { status: answer.status, body: await answer.json() };
  };
  const project: TestProject = {
    slug,
    id,
    tree,
    view: () => server.json<Project>(`/api/v1/projects/${slug}`),
    sync: (options = {}) =>
      send('POST', '/api/cache/sync', { project: slug, background: false, force: false, ...options }),
    syncPaths: (paths, options = {}) =>
      send('POST', '/api/cache/sync-paths', {
        project: slug,
        background: false,
        paths: paths.map((path) => ({ path })),
        ...options,
      }),
    put: (change) => send('PUT', `/api/v1/projects/${slug}`, change),
    async paths() {
      const rows = await sql<{ file_path: string }[]>`
        select file_path from documents where project_id = ${id} order by file_path collate "C"`;
      return rows.map((row) => row.file_path);
    },
    async document(path) {
      const [row] = await sql`select * from documents where project_id = ${id} and file_path = ${path}`;
      return row;
    },
    openIssues: async () =>
      await sql<{ path: string; code: string; severity: string; message: string }[]>`
        select file_path as path, code, severity, message from issues
        where project_id = ${id} and resolved_at is null order by file_path collate "C", code`,
    async cursor() {
      return (await server.json<{ head: string }>('/api/events?limit=1')).head;
    },
    async eventsAfter(cursor) {
      const events: SynclineEvent[] = [];
      for (let after = cursor; ;) {
        const page = await server.json<{ events: SynclineEvent[]; next: string; hasMore: boolean }>(
          `/api/events?topics=project:${slug}&limit=1000&after=${after}`,
        );
        events.push(...page.events);
        after = page.next;
        if (!page.hasMore) return events;
      }
    },
    async untilEvent(type, after, matches = () => true) {
      type Wanted = Extract<SynclineEvent, { type: typeof type }>;
      return await until(`${type} of ${slug}`, async () =>
        (await project.eventsAfter(after)).find(
          (event): event is Wanted => event.type === type && matches(event as Wanted),
        ),
      );
    },
  };
  return project;
}

/** All rows that describe an index, for comparing before and after. */
export async function readIndexRows({ sql }: SyncKit, { id }: TestProject) {
  const [documents, stamps, issues, parts, git, projects] = await Promise.all([
    sql`select * from documents where project_id = ${id} order by file_path`,
    sql`select * from file_stamps where project_id = ${id} order by file_path`,
    sql`select * from issues where project_id = ${id} order by id`,
    sql`select * from former_documents where project_id = ${id} order by id`,
    sql`select * from git_histories where project_id = ${id}`,
    sql`select index_version, document_count, issue_count, derived_with from projects where id = ${id}`,
  ]);
  return { documents, stamps, issues, parts, git, projects };
}
