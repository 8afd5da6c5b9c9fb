/** Compares the logs of a project with what is known of them, by stats alone: what is to be read, and what is gone (DX8). */
import { createPacer } from '../../platform/pacer.ts';
import type { FoundLog } from './log-discovery.ts';
import { inspectFolder } from './log-folders.ts';
import { lookAtLogs, type Look } from './log-look.ts';
import { guardLogs, planLogs, type LogPlan } from './log-plan.ts';
import type { KnownLog } from './log-store.ts';
import { statLog } from './log-walk.ts';
import { toReadWith } from './session-piece.ts';
import type { SessionProject, SessionTools } from './session-tools.ts';
import { SidecarFinder } from './sidecars.ts';

export interface Survey {
  readonly look: Look;
  readonly sidecars: SidecarFinder;
  readonly plan: LogPlan;
}

export async function surveyLogs(
  tools: SessionTools,
  project: SessionProject,
  { logs, isForced }: { readonly logs: 'all' | readonly string[]; readonly isForced: boolean },
  signal: AbortSignal,
): Promise<Survey> {
  const look = await lookAtLogs(tools, project, logs, signal);
  const sidecars = new SidecarFinder(tools.homes);
  const inputs = await stampSidecars(look.found, sidecars, signal);
  const plan = planLogs({
    ...look,
    inputsOf: (log) => inputs.get(log) ?? '',
    readWithOf: ({ cwd }) => toReadWith(look.owner, cwd),
    lookFor,
    isForced,
    goneBefore: new Date(tools.clock.now().getTime() - tools.limits.retentionDays * dayMs),
  });
  return { look, sidecars, plan };
}

/** Paths of logs that a watcher may have missed (WT8); of folders that are lost as a whole nothing is said (DX16). */
export async function findLogDifferences(
  tools: SessionTools,
  project: SessionProject,
  signal: AbortSignal,
): Promise<string[]> {
  const { look, plan } = await surveyLogs(tools, project, { logs: 'all', isForced: false }, signal);
  const isGuarded = !guardLogs(plan.gone, look.logsByFolder, inspectFolder).ok;
  const read = plan.toRead.map(({ log }) => log.path);
  return isGuarded ? read : [...read, ...plan.gone.map(({ path }) => path)];
}

const dayMs = 86_400_000;

/** Many small looks at the disk, so the event loop gets its turns in between. */
async function stampSidecars(
  found: readonly FoundLog[],
  sidecars: SidecarFinder,
  signal: AbortSignal,
): Promise<Map<FoundLog, string>> {
  const pacer = createPacer(signal);
  const stamps = new Map<FoundLog, string>();
  for (const log of found) {
    stamps.set(log, sidecars.find(log).inputs);
    if (pacer.isDue()) await pacer.rest();
  }
  return stamps;
}

function lookFor({ path, folder }: KnownLog): 'there' | 'missing' | 'unseen' {
  try {
    if (inspectFolder(folder) !== 'present') return 'missing';
    return statLog(path)?.isFile() === true ? 'there' : 'missing';
  } catch {
    return 'unseen'; // a folder on the way is closed
  }
}
