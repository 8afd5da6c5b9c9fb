/** Finds the logs in one folder, in the layouts of either agent (SE1, SE4, SE18). */
import { existsSync, lstatSync, readdirSync, type BigIntStats, type Dirent } from 'node:fs';
import { basename, join } from 'node:path';
import { toFileIssue, type FileIssue } from '../../../shared/issues.ts';
import type { Pacer } from '../../platform/pacer.ts';
import { describeError } from './io-errors.ts';
import { toStamp, type LogStamp } from './log-stamp.ts';
import type { Agent } from './read/reading.ts';

export interface LogFile {
  readonly path: string;
  readonly agent: Agent;
  /** Its name without ending; of a subagent without `agent-`. */
  readonly stem: string;
  /** Of a subagent below its parent's own folder, else null. */
  readonly parentStem: string | null;
  readonly isSubagent: boolean;
  readonly stamp: LogStamp;
}

export interface Walk {
  readonly files: LogFile[];
  readonly issues: FileIssue[];
  /** What lies below is unknown, and so nothing of it is gone (DX15). */
  readonly unreadable: string[];
}

export const createWalk = (): Walk => ({ files: [], issues: [], unreadable: [] });

/** Depth below a day's, or a session's own, folder: bounds what a stray tree can cost. */
const deepest = 5;

export async function walkLogs(folder: string, agent: Agent, walk: Walk, pacer: Pacer): Promise<void> {
  if (agent === 'codex') return await walkCodex(folder, walk, pacer, 0);
  for (const child of list(folder, walk)) {
    if (pacer.isDue()) await pacer.rest();
    const path = join(folder, child.name);
    const subagents = join(path, 'subagents');
    if (child.isDirectory()) {
      if (existsSync(subagents)) await walkSubagents(subagents, child.name, walk, pacer, 0);
    } else addClaudeLog(path, child, null, walk);
  }
}

async function walkSubagents(
  folder: string,
  parentStem: string,
  walk: Walk,
  pacer: Pacer,
  depth: number,
): Promise<void> {
  for (const child of list(folder, walk)) {
    if (pacer.isDue()) await pacer.rest();
    const path = join(folder, child.name);
    if (!child.isDirectory()) addClaudeLog(path, child, parentStem, walk);
    else if (depth < deepest) await walkSubagents(path, parentStem, walk, pacer, depth + 1);
  }
}

async function walkCodex(folder: string, walk: Walk, pacer: Pacer, depth: number): Promise<void> {
  for (const child of list(folder, walk)) {
    if (pacer.isDue()) await pacer.rest();
    const path = join(folder, child.name);
    if (child.isDirectory()) {
      if (depth < deepest) await walkCodex(path, walk, pacer, depth + 1);
    } else if (isLogName(child.name) && child.name.startsWith('rollout-')) addLog(path, child, 'codex', walk);
  }
}

function addClaudeLog(path: string, child: Dirent, parentStem: string | null, walk: Walk): void {
  if (!isLogName(child.name)) return;
  if (parentStem === null || child.name.startsWith('agent-')) addLog(path, child, 'claude', walk);
}

/** What a log's path alone says about it. */
export function toLogFacts(path: string, agent: Agent): Omit<LogFile, 'stamp'> {
  const name = basename(path, ending);
  const isSubagent = agent === 'claude' && name.startsWith('agent-');
  const parentStem = isSubagent ? (/.*\/([^/]+)\/subagents\//s.exec(path)?.[1] ?? null) : null;
  return { path, agent, stem: isSubagent ? name.slice('agent-'.length) : name, parentStem, isSubagent };
}

const ending = '.jsonl';
const isLogName = (name: string): boolean =>
  name.endsWith(ending) && name !== ending && !name.startsWith('.');

function addLog(path: string, child: Dirent, agent: Agent, walk: Walk): void {
  if (child.isSymbolicLink()) {
    walk.issues.push(toFileIssue(path, 'SYMLINK_SKIPPED', 'a symbolic link, which is not followed'));
    return;
  }
  const stat = statLog(path);
  if (stat?.isFile() === true) walk.files.push({ ...toLogFacts(path, agent), stamp: toStamp(stat) });
}

/** Undefined when it has gone meanwhile. */
export function statLog(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

function list(folder: string, walk: Walk): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    walk.unreadable.push(folder);
    walk.issues.push(toFileIssue(folder, 'UNREADABLE_DIR', describeError(error)));
    return [];
  }
}
