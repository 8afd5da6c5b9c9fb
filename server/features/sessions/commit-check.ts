/** Checks told commits against the repository, all of them with one look at its history (SE14). */
import { hash } from 'node:crypto';
import { createPacer } from '../../platform/pacer.ts';
import type { OpenedRepository } from '../../platform/git.ts';
import type { Db } from '../../db/open.ts';
import { findCheckedRefs, listHashes, type Verdict } from './commit-store.ts';

export interface CommitCheck {
  readonly refs: string;
  readonly verdicts: readonly Verdict[];
}

interface Question {
  readonly db: Db;
  readonly projectId: string;
  /** Commits were told that were never checked. */
  readonly hasNew: boolean;
  readonly openRepository: () => Promise<OpenedRepository>;
  readonly signal: AbortSignal;
}

/** Null when what was answered before still holds. */
export async function checkCommits(question: Question): Promise<CommitCheck | null> {
  const { db, projectId, hasNew, signal } = question;
  const checked = await findCheckedRefs(db, projectId);
  if (checked === undefined) return null;
  const opened = await question.openRepository();
  const refs = opened.state === 'ok' ? hash('sha256', await opened.repository.readRefs(signal)) : 'no git';
  if (checked === refs && !hasNew) return null;
  const told = await listHashes(db, projectId);
  if (opened.state !== 'ok') {
    return { refs, verdicts: told.map(({ hash: name }) => ({ hash: name, verified: null, commitId: null })) };
  }
  const history = await opened.repository.listCommits(signal);
  const commits = await findCommits(new Set(told.map((row) => row.hash)), history, signal);
  const verdicts = [...commits].map(([name, id]) => ({ hash: name, verified: id !== null, commitId: id }));
  return { refs, verdicts };
}

/** No commit is written with less. */
const shortest = 7;

/**
 * The whole id of every told one. An amended commit may still lie in the repository, but nothing leads to it: asked by
 * what is reachable, the answer does not depend on when git last tidied up.
 */
export async function findCommits(
  told: ReadonlySet<string>,
  history: string,
  signal: AbortSignal,
): Promise<Map<string, string | null>> {
  const byStart = new Map<string, string[]>();
  for (const name of told) {
    const start = name.slice(0, shortest);
    byStart.set(start, [...(byStart.get(start) ?? []), name]);
  }
  const found = new Map<string, string | null>([...told].map((name) => [name, null]));
  const pacer = createPacer(signal);
  for (
    let from = 0, end = history.indexOf('\n');
    end !== -1;
    from = end + 1, end = history.indexOf('\n', from)
  ) {
    for (const name of byStart.get(history.slice(from, from + shortest)) ?? []) {
      const id = history.slice(from, end);
      if (id.startsWith(name)) found.set(name, id);
    }
    if (pacer.isDue()) await pacer.rest();
  }
  return found;
}
