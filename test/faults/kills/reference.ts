/** A server that nobody kills, on a database of its own: what a fresh index of the same tree looks like. */
import postgres from 'postgres';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dumpIndex } from './index-dump.ts';
import { startKillable } from './killable-server.ts';
import type { SampleTree } from './sample-tree.ts';

export interface Reference extends AsyncDisposable {
  index(tree: SampleTree): Promise<string[]>;
}

export async function openReference(database: { url: string; drop(): Promise<void> }): Promise<Reference> {
  const dataDir = await mkdtemp(join(tmpdir(), 'syncline-kills-reference-'));
  const home = join(dataDir, 'claude');
  const sql = postgres(database.url, { max: 1, fetch_types: false, onnotice: () => undefined });
  const server = await startKillable('node', {
    DATABASE_URL: database.url,
    SYNCLINE_DATA_DIR: dataDir,
    SYNCLINE_CLAUDE_HOME: home,
  }).ready;
  return {
    async index(tree) {
      await linkHome(tree.claudeHome, home);
      const name = { name: 'Reference', sdlc_path: tree.root };
      const registered = await server.request('POST', '/api/v1/projects', name);
      const { slug } = (await registered.json()) as { slug: string };
      const body = { project: slug, background: false };
      const synced = await server.request('POST', '/api/cache/sync', body);
      if (synced.status !== 200) throw new Error(`The fresh index failed: ${await synced.text()}`);
      const dump = await dumpIndex(sql, slug);
      await server.request('DELETE', `/api/v1/projects/${slug}`);
      return dump;
    },
    async [Symbol.asyncDispose]() {
      server.kill();
      await server.gone;
      await sql.end({ timeout: 1 });
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The worlds have agents' homes of their own, a server has one. */
async function linkHome(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
}
