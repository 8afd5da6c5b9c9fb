/** Paths that somebody names: kept inside the project, told apart by what the disk holds, and planned without a write (OP27). */
import type { ChangedPath, IgnoredPath, PathPlan } from '../../../shared/api/operations.ts';
import { AppError } from '../../../shared/failure.ts';
import { loadKnownFiles } from './stamp-store.ts';
import { confine } from './confine.ts';
import { discoverPaths, type PathDiscovery } from './discover-paths.ts';
import { createFileReader } from './read-file.ts';
import { isCovered, isWithin } from './paths.ts';
import type { SourceProject } from './source.ts';
import type { IndexingTools } from './tools.ts';

export interface PathRequest {
  /** Relative to the project's folder, each once. */
  readonly paths: readonly string[];
  readonly ignored: readonly IgnoredPath[];
}

/** Throws when any path lies outside; nothing tells whether such a path exists. */
export async function toPathRequest(
  tools: IndexingTools,
  project: SourceProject,
  given: readonly ChangedPath[],
  signal: AbortSignal,
): Promise<PathRequest> {
  const names = confineAll(project, given);
  const seen = await look(tools, project, [...names.keys()], signal);
  const ignored = listIgnored(seen, names, await loadKnown(tools, project));
  const skipped = new Set(ignored.map(({ path }) => path));
  return { paths: [...names].filter(([, name]) => !skipped.has(name)).map(([path]) => path), ignored };
}

/** What a request would do, without an operation and without a write. */
export async function planPaths(
  tools: IndexingTools,
  project: SourceProject,
  given: readonly ChangedPath[],
  signal: AbortSignal,
): Promise<PathPlan['plan']> {
  const names = confineAll(project, given);
  const seen = await look(tools, project, [...names.keys()], signal);
  const known = await loadKnown(tools, project);
  const files = createFileReader({ root: project.root, ...tools.limits });
  const nameOf = (path: string) => names.get(path) ?? path;
  const plan: PathPlan['plan'] = listIgnored(seen, names, known).map(({ path, reason }) => ({
    path,
    action: 'ignore',
    reason,
  }));
  const present = new Set([...seen.files.map((file) => file.path), ...seen.failed]);
  for (const { path } of seen.files) {
    const read = await files.read(path, signal);
    const before = known.get(path);
    const isSame = read.outcome === 'read' && read.hash === before?.hash;
    const action = before?.isIndexed !== true ? 'add' : isSame ? 'unchanged' : 'update';
    plan.push({ path: nameOf(path), action, reason: null });
  }
  const failures = new Map(seen.issues.map((issue) => [issue.path, issue.message]));
  for (const path of seen.failed) {
    plan.push({ path: nameOf(path), action: 'ignore', reason: failures.get(path) ?? 'cannot be read' });
  }
  for (const { path, reason } of seen.missing) {
    if (reason !== null || holdsAny(path, known)) continue;
    plan.push({
      path: nameOf(path),
      action: 'ignore',
      reason: 'nothing is there, and nothing of it is indexed',
    });
  }
  for (const path of known.keys()) {
    if (!present.has(path) && isCovered(path, seen.scopes)) {
      plan.push({ path: nameOf(path), action: 'remove', reason: null });
    }
  }
  return plan;
}

/** From the relative path to the name it was given by; the last of a repeated one counts. */
function confineAll(project: SourceProject, given: readonly ChangedPath[]): Map<string, string> {
  const roots = [project.root, ...project.entries.map((entry) => `${project.root}/${entry.path}`)];
  const names = new Map<string, string>();
  const outside: string[] = [];
  for (const { path } of given) {
    const confined = confine(project.root, roots, path);
    if (confined.inside) names.set(confined.relative, path);
    else outside.push(path);
  }
  if (outside.length === 0) return names;
  throw new AppError('PATH_OUTSIDE_ROOTS', `Path outside allowed project roots: ${outside.join(', ')}`, {
    details: outside.map((path) => ({ path, reason: 'outside allowed project roots' })),
  });
}

async function look(
  tools: IndexingTools,
  { root, entries }: SourceProject,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<PathDiscovery> {
  return await discoverPaths({ root, entries, ...tools.limits, paths, signal });
}

type KnownPaths = Awaited<ReturnType<typeof loadKnownFiles>>;

async function loadKnown({ db, memory }: IndexingTools, project: SourceProject): Promise<KnownPaths> {
  return memory.find(project.id, project.indexVersion) ?? (await loadKnownFiles(db, project.id));
}

/** Where documents are indexed that can be no more, there is something to do: they are to be removed (OP27.2). */
function listIgnored(
  seen: PathDiscovery,
  names: ReadonlyMap<string, string>,
  known: KnownPaths,
): IgnoredPath[] {
  const missing = seen.missing.flatMap(({ path, reason }) => (reason === null ? [] : [{ path, reason }]));
  return [...seen.ignored, ...missing]
    .filter(({ path }) => !holdsAny(path, known))
    .map(({ path, reason }) => ({ path: names.get(path) ?? path, reason }));
}

const holdsAny = (folder: string, known: KnownPaths): boolean =>
  [...known.keys()].some((path) => isWithin(path, folder));
