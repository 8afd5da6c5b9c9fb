/** Which logs a sync looks at, and what was known of them: everything before one is opened. */
import { dirname } from 'node:path';
import type { FileIssue } from '../../../shared/issues.ts';
import { createPacer } from '../../platform/pacer.ts';
import { isBelow } from './folder-names.ts';
import { discoverLogs, toNotice, type FoundLog } from './log-discovery.ts';
import { inspectFolder, type LogOwner } from './log-folders.ts';
import { toStamp } from './log-stamp.ts';
import { createWalk, statLog, toLogFacts, walkLogs } from './log-walk.ts';
import { loadKnownLogs, type KnownLog } from './log-store.ts';
import type { SessionProject, SessionTools } from './session-tools.ts';

export interface Look {
  readonly owner: LogOwner;
  readonly found: readonly FoundLog[];
  readonly known: readonly KnownLog[];
  /** Logs in each folder that was walked, whoever they belong to. */
  readonly logsByFolder: ReadonlyMap<string, number>;
  readonly unreadable: readonly string[];
  readonly issues: readonly FileIssue[];
}

export async function lookAtLogs(
  tools: SessionTools,
  project: SessionProject,
  logs: 'all' | readonly string[],
  signal: AbortSignal,
): Promise<Look> {
  const [owner, known] = await Promise.all([
    loadOwner(tools, project, signal),
    loadKnownLogs(tools.db, project.id, logs === 'all' ? null : logs.map(toLogPath)),
  ]);
  if (logs !== 'all') return await lookAtPaths(tools, project, { owner, known }, logs.map(toLogPath), signal);
  const { logs: found, issues, uncovered, ...rest } = await discoverLogs(tools, owner, signal);
  return { owner, found, known, issues: [...issues, ...uncovered.map(toNotice)], ...rest };
}

export async function loadOwner(
  tools: Pick<SessionTools, 'db' | 'worktrees' | 'listRoots'>,
  { root, sessionFolders }: SessionProject,
  signal: AbortSignal,
): Promise<LogOwner> {
  const [worktreeRoots, registeredRoots] = await Promise.all([
    tools.worktrees.rootsOf(root, signal),
    tools.listRoots(tools.db),
  ]);
  return { root, worktreeRoots, sessionFolders, registeredRoots };
}

/** Paths are hints, the disk is the truth: known logs are looked at alone, anything else by a walk of its folder. */
async function lookAtPaths(
  tools: SessionTools,
  project: SessionProject,
  { owner, known }: Pick<Look, 'owner' | 'known'>,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Look> {
  const direct = known.flatMap((log) => findKnown(log) ?? []);
  const there = new Set(direct.map(({ path }) => path));
  const isKnown = new Set(known.map(({ path }) => path));
  const strange = paths.filter((path) => !isKnown.has(path));
  const logsByFolder = await countLogs(
    known.filter(({ path }) => !there.has(path)),
    signal,
  );
  if (strange.length === 0) return { owner, found: direct, known, logsByFolder, unreadable: [], issues: [] };

  const discovery = await discoverLogs(tools, owner, signal);
  const asked = discovery.logs.filter(({ path }) => strange.some((wanted) => isBelow(path, wanted)));
  const sessions = new Set(asked.map(({ sessionId }) => sessionId));
  // A log that was moved is known by its session.
  const moved = (await loadKnownLogs(tools.db, project.id, null)).filter(
    ({ sessionId, path }) => sessions.has(sessionId) && !isKnown.has(path),
  );
  return {
    owner,
    found: [...direct.filter(({ sessionId }) => !sessions.has(sessionId)), ...asked],
    known: [...known, ...moved],
    logsByFolder: discovery.logsByFolder,
    unreadable: discovery.unreadable,
    issues: [],
  };
}

function findKnown({ path, agent, folder, sessionId }: KnownLog): FoundLog | undefined {
  // A link in the folder's place leads elsewhere, and is not followed.
  const stat = inspectFolder(folder) === 'present' ? statLog(path) : undefined;
  if (stat?.isFile() !== true) return undefined;
  const end = sessionId.indexOf(':');
  const parentId = end === -1 ? null : sessionId.slice(0, end);
  return { ...toLogFacts(path, agent), stamp: toStamp(stat), folder, sessionId, parentId };
}

/** Only folders that something is missing from are walked. */
async function countLogs(lost: readonly KnownLog[], signal: AbortSignal): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { folder, agent } of lost) {
    if (counts.has(folder)) continue;
    const walk = createWalk();
    await walkLogs(folder, agent, walk, createPacer(signal));
    counts.set(folder, walk.files.length);
  }
  return counts;
}

/** The log whose sidecar a path is; any other path is left as it is. */
export function toLogPath(path: string): string {
  const beside = /^(.*)\/tool-results\/[^/]+$/s.exec(path)?.[1];
  if (beside !== undefined) return `${beside}.jsonl`;
  const meta = /^(.*\/agent-[^/]+)\.meta\.json$/s.exec(path)?.[1] ?? /^(.*)\.capture\.json$/s.exec(path)?.[1];
  return meta === undefined ? stripSlash(path) : `${meta}.jsonl`;
}

const stripSlash = (path: string): string => (path.endsWith('/') ? dirname(`${path}x`) : path);
