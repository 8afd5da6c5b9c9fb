/** A whole server whose database can be taken away, and readers that hear it as clients do. */
import postgres from 'postgres';
import { openConnection } from '../../../client/sdk/connection.ts';
import type { ConnectionState } from '../../../client/sdk/connection-state.ts';
import { openLongPoll } from '../../../client/sdk/transports/poll.ts';
import { openSocket } from '../../../client/sdk/transports/socket.ts';
import { openSse } from '../../../client/sdk/transports/sse.ts';
import type { OpenTransport } from '../../../client/sdk/transports/transport.ts';
import type { EventPage } from '../../../shared/api/events.ts';
import type { SynclineEvent } from '../../../shared/events/index.ts';
import type { EventId } from '../../../shared/ids.ts';
import { createTestDatabase } from '../../support/database.ts';
import { openDatabaseProxy, type DatabaseProxy } from '../../support/database-proxy.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { createTree, type TestTree } from '../../support/tree.ts';
import { until } from '../../support/until.ts';

export interface OutageKit extends AsyncDisposable {
  readonly server: TestServer;
  readonly proxy: DatabaseProxy;
  /** Past the proxy. */
  readonly sql: postgres.Sql;
  readonly tree: TestTree;
  readonly slug: string;
  /** One write; its status, and the names of those that were acknowledged are kept. */
  write(): Promise<Response>;
  readonly acknowledged: readonly string[];
}

export async function openOutageKit(
  settings: Record<string, string> = {},
  files: Readonly<Record<string, string>> = { 'a.md': '# A\n' },
): Promise<OutageKit> {
  const database = await createTestDatabase();
  const proxy = await openDatabaseProxy(database.url);
  const sql = postgres(database.url, { max: 2, fetch_types: false, onnotice: () => undefined });
  const server = await startTestServer({
    DATABASE_URL: proxy.url,
    SYNCLINE_LOG_LEVEL: 'silent',
    SYNCLINE_RECONCILE_INTERVAL_S: '0',
    ...settings,
  });
  const tree = await createTree(files);
  const registered = await server.request('POST', '/api/v1/projects', {
    name: 'Atlas',
    sdlc_path: tree.root,
  });
  const { slug } = (await registered.json()) as { slug: string };
  await until('the audit log has told of it', async () => {
    const page = await server.json<EventPage>('/api/events?after=earliest&types=audit:recorded');
    return page.events.length > 0;
  });
  const acknowledged: string[] = [];
  let writes = 0;
  return {
    server,
    proxy,
    sql,
    tree,
    slug,
    acknowledged,
    async write() {
      const name = `Name ${(writes += 1)}`;
      const answer = await server.request('PUT', `/api/v1/projects/${slug}`, { name });
      if (answer.ok) acknowledged.push(name);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await proxy.set('pass');
      await sql.end({ timeout: 1 });
      await server[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await tree[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}

/** Each way to the journal as the only one that the SDK knows. */
export const faces: Readonly<Record<'sse' | 'socket' | 'poll', OpenTransport>> = {
  sse: openSse,
  socket: openSocket,
  poll: openLongPoll,
};
export type Face = keyof typeof faces;

export interface SdkReader extends Disposable {
  readonly events: SynclineEvent[];
  readonly resets: unknown[];
  /** Times it was live again. */
  readonly lives: number;
  state(): ConnectionState;
}

/** The SDK as a page uses it, on one transport or on its whole ladder. */
export function followWithSdk(
  url: string,
  { face, after = null }: { face?: Face; after?: EventId | null } = {},
): SdkReader {
  const events: SynclineEvent[] = [];
  const resets: unknown[] = [];
  let lives = 0;
  const only = face === undefined ? {} : toOnly(faces[face]);
  const connection = openConnection({
    baseUrl: url,
    after,
    onEvents: (some) => void events.push(...some),
    onReset: (reset) => void resets.push(reset),
    onState: ({ state }) => void (lives += state === 'live' ? 1 : 0),
    transports: only,
  });
  return {
    events,
    resets,
    get lives() {
      return lives;
    },
    state: () => connection.state(),
    [Symbol.dispose]: () => connection.close(),
  };
}

const toOnly = (open: OpenTransport) => ({ sse: open, socket: open, 'long-poll': open, poll: open });

/** The names that events of changed projects tell, in order. */
export const namesIn = (events: readonly SynclineEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'project:changed' ? [event.data.project.name] : []));

/** Everything one SSE stream says, as text. */
export async function listen(url: string): Promise<{ text(): string; close(): void }> {
  const closing = new AbortController();
  const headers = { accept: 'text/event-stream' };
  const answer = await fetch(`${url}/api/events`, { headers, signal: closing.signal });
  let text = '';
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const bytes of answer.body ?? [])
      text += decoder.decode(bytes as Uint8Array, { stream: true });
  };
  // Hung up by whoever listens.
  void read().catch(() => undefined);
  return { text: () => text, close: () => closing.abort() };
}

/** As Postgres refuses what needs another page, when there is none; answers how there is room again. */
export async function fillDisk(sql: postgres.Sql): Promise<() => Promise<void>> {
  await sql.unsafe(`
    create or replace function disk_is_full() returns trigger language plpgsql as $$ begin
      raise exception 'could not extend file: No space left on device' using errcode = '53100';
    end $$;
    create trigger disk_is_full before update on journal_state for each row execute function disk_is_full();`);
  return async () => {
    await sql.unsafe('drop trigger disk_is_full on journal_state');
  };
}
