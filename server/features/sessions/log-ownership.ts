/** Which of some paths may hold sessions of a project, without reading more than the first records of a log. */
import { isBelow } from './folder-names.ts';
import { createMembership, listLogFolders } from './log-folders.ts';
import { loadOwner, toLogPath } from './log-look.ts';
import type { Peek } from './log-peek.ts';
import { toStamp } from './log-stamp.ts';
import { statLog } from './log-walk.ts';
import type { SessionProject, SessionTools } from './session-tools.ts';

const unknown: Peek = { cwds: [], recordedId: null };

/** Logs, sidecars and folders; a log that is gone counts where its folder is the project's. */
export async function ownsLogs(
  tools: SessionTools,
  project: SessionProject,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const owner = await loadOwner(tools, project, signal);
  const folders = listLogFolders(tools.homes, owner);
  const isMember = createMembership(owner);
  return paths.filter((path) => {
    const folder = folders.find(
      (candidate) => isBelow(path, candidate.path) || isBelow(candidate.path, path),
    );
    if (folder === undefined) return false;
    const log = toLogPath(path);
    return isMember(folder, () => {
      const stat = statLog(log);
      return stat?.isFile() === true ? tools.peeks.at(log, toStamp(stat)) : unknown;
    });
  });
}
