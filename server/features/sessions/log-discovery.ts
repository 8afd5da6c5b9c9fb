/** All logs of a project, with the ids of their sessions, and the logs that are nobody's (SE2, SE3, SE6). */
import { toFileIssue, type FileIssue } from '../../../shared/issues.ts';
import { createPacer } from '../../platform/pacer.ts';
import { isBelow } from './folder-names.ts';
import {
  createMembership,
  claudePlace,
  codexPlaces,
  listLogFolders,
  type LogFolder,
  type LogHomes,
  type LogOwner,
} from './log-folders.ts';
import type { LogPeeks } from './log-peek.ts';
import { createWalk, walkLogs, type LogFile, type Walk } from './log-walk.ts';

/** A log that belongs to the project. */
export interface FoundLog extends LogFile {
  /** The log folder it counts for (DX16). */
  readonly folder: string;
  readonly sessionId: string;
  readonly parentId: string | null;
}

export interface UncoveredLogs {
  readonly folder: string;
  readonly agent: 'claude' | 'codex';
  readonly logs: number;
  /** A working folder that they name. */
  readonly cwd: string | null;
}

export interface Discovery {
  readonly logs: readonly FoundLog[];
  /** Logs in each folder, whoever they belong to. */
  readonly logsByFolder: ReadonlyMap<string, number>;
  readonly issues: readonly FileIssue[];
  readonly unreadable: readonly string[];
  readonly uncovered: readonly UncoveredLogs[];
}

export interface DiscoveryTools {
  readonly homes: LogHomes;
  readonly peeks: LogPeeks;
}

export async function discoverLogs(
  { homes, peeks }: DiscoveryTools,
  owner: LogOwner,
  signal: AbortSignal,
): Promise<Discovery> {
  const pacer = createPacer(signal);
  const belongs = createMembership(owner);
  const logsByFolder = new Map<string, number>();
  const issues: FileIssue[] = [];
  const unreadable: string[] = [];
  const logs: FoundLog[] = [];
  const uncovered: UncoveredLogs[] = [];
  for (const folder of listLogFolders(homes, owner)) {
    const walk = createWalk();
    await walkLogs(folder.path, folder.agent, walk, pacer);
    logsByFolder.set(folder.path, walk.files.length);
    issues.push(...walk.issues);
    unreadable.push(...walk.unreadable);
    const strangers: LogFile[] = [];
    for (const file of walk.files) {
      if (pacer.isDue()) await pacer.rest();
      if (belongs(folder, () => peeks.at(deciding(file, walk).path, deciding(file, walk).stamp))) {
        logs.push(toFoundLog(file, folder, peeks));
      } else strangers.push(file);
    }
    uncovered.push(...toUncovered(folder, strangers, owner.registeredRoots, peeks));
  }
  const unique = withoutDoubles(logs);
  return { logs: unique.logs, logsByFolder, issues: [...issues, ...unique.issues], unreadable, uncovered };
}

/** A subagent's log belongs where its parent's does; without one it speaks for itself. */
function deciding(file: LogFile, { files }: Walk): LogFile {
  if (file.parentStem === null) return file;
  return files.find((other) => !other.isSubagent && other.stem === file.parentStem) ?? file;
}

export function toFoundLog(file: LogFile, folder: Pick<LogFolder, 'path'>, peeks: LogPeeks): FoundLog {
  const parentStem = file.parentStem ?? (file.isSubagent ? peeks.at(file.path, file.stamp).recordedId : null);
  const parentId = parentStem === null ? null : `S-${parentStem}`;
  const own = file.isSubagent && parentId === null ? `agent-${file.stem}` : file.stem;
  const sessionId = parentId === null ? `S-${own}` : `${parentId}:${own}`;
  return { ...file, folder: folder.path, sessionId, parentId };
}

/** One session has one log: of two with its name the larger, then the first by path. */
function withoutDoubles(found: readonly FoundLog[]): { logs: FoundLog[]; issues: FileIssue[] } {
  const bySession = new Map<string, FoundLog>();
  const issues: FileIssue[] = [];
  for (const log of found) {
    const other = bySession.get(log.sessionId);
    const isBetter = other === undefined || log.stamp.size > other.stamp.size;
    if (isBetter) bySession.set(log.sessionId, log);
    if (other === undefined) continue;
    const [kept, left] = isBetter ? [log, other] : [other, log];
    issues.push(toFileIssue(left.path, 'DUPLICATE_ID', `the same session has a longer log: ${kept.path}`));
  }
  return { logs: [...bySession.values()], issues };
}

function toUncovered(
  { path: folder, agent }: LogFolder,
  strangers: readonly LogFile[],
  registeredRoots: readonly string[],
  peeks: LogPeeks,
): UncoveredLogs[] {
  const nobodys = strangers.flatMap((file) => {
    const cwd = peeks.at(file.path, file.stamp).cwds[0] ?? null;
    return cwd !== null && registeredRoots.some((root) => isBelow(cwd, root)) ? [] : [cwd];
  });
  if (nobodys.length === 0) return [];
  return [{ folder, agent, logs: nobodys.length, cwd: nobodys.find((cwd) => cwd !== null) ?? null }];
}

export function toNotice({ folder, logs, cwd }: UncoveredLogs): FileIssue {
  const where = cwd === null ? '' : `, for instance of ${cwd}`;
  return toFileIssue(folder, 'LOGS_NOT_COVERED', `${logs} log(s) belong to no registered project${where}`);
}

/** SE3: looks at every folder of either agent, for whatever no project takes. */
export async function findUncovered(
  { homes, peeks }: DiscoveryTools,
  owners: readonly LogOwner[],
  signal: AbortSignal,
): Promise<UncoveredLogs[]> {
  const pacer = createPacer(signal);
  const taking = owners.map((owner) => ({
    belongs: createMembership(owner),
    folders: new Map(listLogFolders(homes, owner).map((folder) => [folder.path, folder])),
  }));
  const nobody: LogOwner = { root: '/dev/null', worktreeRoots: [], sessionFolders: [], registeredRoots: [] };
  const places = [claudePlace(homes), ...codexPlaces(homes)];
  const all = listLogFolders(homes, { ...nobody, sessionFolders: places });
  const uncovered: UncoveredLogs[] = [];
  for (const folder of all) {
    const walk = createWalk();
    await walkLogs(folder.path, folder.agent, walk, pacer);
    const strangers: LogFile[] = [];
    for (const file of walk.files) {
      if (pacer.isDue()) await pacer.rest();
      const peek = () => peeks.at(deciding(file, walk).path, deciding(file, walk).stamp);
      const isTaken = taking.some(({ belongs, folders }) => {
        const own = folders.get(folder.path);
        return own !== undefined && belongs(own, peek);
      });
      if (!isTaken) strangers.push(file);
    }
    uncovered.push(...toUncovered(folder, strangers, [], peeks));
  }
  return uncovered;
}
