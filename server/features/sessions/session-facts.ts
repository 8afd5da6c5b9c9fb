/** What other rooms derive from sessions: titles, commands, files, commits and pull requests. */
import { sql } from 'drizzle-orm';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable } from '../../db/open.ts';
import { loadCommits, type ToldCommit } from './commit-store.ts';
import { loadFacts, type SessionFactLists } from './fact-store.ts';
import type { FileAction, FileFact } from './read/reading.ts';

export interface SessionFacts {
  readonly id: string;
  readonly parentId: string | null;
  readonly title: string;
  readonly titleSource: string;
  readonly titleConfidence: number;
  /** Slash commands, with their leading `/`. */
  readonly commands: readonly {
    readonly name: string;
    readonly args: string;
    readonly at: string | null;
    readonly ref: string;
  }[];
  /** What was really done, with paths inside the project only (SE12, SE13). */
  readonly files: readonly {
    readonly path: string;
    readonly action: FileAction;
    readonly tool: string;
    readonly at: string | null;
    readonly ref: string;
  }[];
  readonly commits: readonly {
    readonly hash: string;
    readonly at: string | null;
    readonly verified: boolean | null;
  }[];
  readonly prLinks: readonly string[];
}

/** Some hundreds at a time: the facts of a thousand long sessions would not be small. */
const pageSize = 250;

/** In the order of ids; `ids` null for all of the project. */
export async function* loadSessionFacts(
  queryable: Queryable,
  projectId: string,
  ids: readonly string[] | null,
): AsyncGenerator<SessionFacts[]> {
  for (let after = ''; ;) {
    const rows = await queryable.execute<{
      id: string;
      parent_id: string | null;
      title: string;
      title_source: string;
      title_confidence: number;
    }>(sql`
      select id, parent_id, title, title_source, title_confidence from sessions
      where project_id = ${projectId} and id > ${after} and ${ids === null ? sql`true` : sql`id = ${anyOf(ids)}`}
      order by id limit ${pageSize}`);
    const last = rows.at(-1);
    if (last === undefined) return;
    const page = rows.map(({ id }) => id);
    const facts = await loadFacts(queryable, projectId, page);
    const commits = await loadCommits(queryable, projectId, page);
    yield rows.map((row) => ({
      id: row.id,
      parentId: row.parent_id,
      title: row.title,
      titleSource: row.title_source,
      titleConfidence: row.title_confidence,
      ...toLists(facts.get(row.id)),
      commits: toCommits(commits.get(row.id) ?? []),
    }));
    if (rows.length < pageSize) return;
    after = last.id;
  }
}

function toLists(facts: SessionFactLists | undefined): Pick<SessionFacts, 'commands' | 'files' | 'prLinks'> {
  if (facts === undefined) return { commands: [], files: [], prLinks: [] };
  return {
    commands: facts.command.map(({ name, args, at, ref }) => ({ name, args, at, ref })),
    files: facts.file
      .filter(isDone)
      .map(({ path, action, tool, at, ref }) => ({ path, action, tool, at, ref })),
    prLinks: facts.pr.map(({ url }) => url),
  };
}

/** A call that failed, or whose result never came, is an attempt. */
const isDone = ({ outcome, outside }: FileFact): boolean => outcome === 'done' && !outside;

/** One commit may be told by several spellings: a verified one has its whole id, and stands once. */
function toCommits(told: readonly ToldCommit[]): SessionFacts['commits'] {
  const commits = new Map<string, SessionFacts['commits'][number]>();
  for (const { hash, at, verified, commitId } of told) {
    const name = commitId ?? hash;
    if (!commits.has(name)) commits.set(name, { hash: name, at, verified });
  }
  return [...commits.values()];
}
