/** How a feature is named by files and texts: one rule for derivation, links and audit (FT1 to FT3). */

/** FT1: without one final version, if something is left. */
export function toBaseSlug(slug: string): string {
  const base = slug.replace(/-v\d+(?:\.\d+)*$/, '');
  return base === '' ? slug : base;
}

/** The numbers of the final version, `[]` without one. */
export function toVersion(slug: string): readonly number[] {
  const version = /.-v(\d+(?:\.\d+)*)$/.exec(slug)?.[1];
  return version === undefined ? [] : version.split('.').map(Number);
}

/** Newest version first; equal ones by name. */
export function compareNewestFirst(one: string, other: string): number {
  const [left, right] = [toVersion(one), toVersion(other)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (right[at] ?? -1) - (left[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return one < other ? -1 : one > other ? 1 : 0;
}

/** FT2: may stand for a feature although nobody declared it. Expects lower case. */
export function isSlugToken(text: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{2,}$/.test(text) && /[-_]|v\d/.test(text) && !isGenericSlug(text);
}

/** Names that say where a file lies, not what it is about. Expects lower case. */
export function isGenericSlug(text: string): boolean {
  return generic.has(text) || text.startsWith('phase-') || text.endsWith('-progress');
}

/** What somebody wrote as the slug of a feature, in lower case; none for prose and for generic names. */
export function toDeclaredSlug(text: string | null | undefined): string | undefined {
  const slug = text?.trim().toLowerCase() ?? '';
  return /^[a-z0-9][a-z0-9._-]{0,199}$/.test(slug) && !isGenericSlug(slug) ? slug : undefined;
}

export interface SluggedPath {
  readonly path: string;
  /** The entry below which the file was found; `.` is the root. */
  readonly entry: string;
  readonly type: string;
}

/** FT3: what the file declares, else what its place says. */
export function findFeatureSlug(file: SluggedPath, declared?: string | null): string | undefined {
  return toDeclaredSlug(declared) ?? findPathSlug(file);
}

/** FT3 (2) to (5): what the place of a file says. */
export function findPathSlug(file: SluggedPath): string | undefined {
  const folders = file.path.toLowerCase().split('/');
  const stem = (folders.pop() ?? '').replace(/\.md$/, '');
  const inProgress = findProgressSlug(file, folders, stem);
  if (inProgress !== undefined) return inProgress;
  const isToken = isSlugToken(stem);
  const typeFolder = folders.findIndex((folder) => typeFolders.has(folder));
  if (typeFolder >= 0) {
    const named = folders.slice(typeFolder + 1).find((folder) => isSlugToken(folder));
    if (named !== undefined) return named;
  }
  const parent = folders.at(-1);
  if (!isToken && stem.startsWith('phase-') && parent !== undefined) {
    return toDeclaredSlug(parent) ?? undefined;
  }
  return isToken ? stem : undefined;
}

/** FT3 (2), FT4.3: the folder below the progress entry that a progress file lies in. */
export function findProgressFolder({ path, entry, type }: SluggedPath): string | undefined {
  const folders = path.toLowerCase().split('/').slice(0, -1);
  const root = findProgressRoot(folders, entry.toLowerCase(), type);
  const folder = root === undefined ? undefined : folders[root];
  return folder === undefined || folder === quickFeatures ? undefined : toDeclaredSlug(folder);
}

function findProgressSlug(
  { entry, type }: SluggedPath,
  folders: readonly string[],
  stem: string,
): string | undefined {
  const root = findProgressRoot(folders, entry.toLowerCase(), type);
  if (root === undefined) return undefined;
  const next = folders[root];
  return next === undefined || next === quickFeatures ? toDeclaredSlug(stem) : toDeclaredSlug(next);
}

/** Where the folders below the progress entry begin: after its own name, or after an entry that holds nothing else. */
function findProgressRoot(folders: readonly string[], entry: string, type: string): number | undefined {
  const named = folders.indexOf('progress');
  if (named >= 0) return named + 1;
  if (type !== 'progress' || entry === '.' || folders.some((folder) => typeFolders.has(folder))) {
    return undefined;
  }
  return entry.split('/').length;
}

const quickFeatures = 'quick-features';

const typeFolders: ReadonlySet<string> = new Set([
  'implementation_plans',
  'prds',
  'reports',
  'specs',
  'design-specs',
  'design',
  'spikes',
  'bugs',
  'enhancements',
  'refactors',
  'remediations',
]);

const groupingFolders: readonly string[] = [
  'features',
  'feature',
  'enhancements',
  'refactors',
  'remediations',
  'bugs',
  'bug-fixes',
  'harden-polish',
  'infrastructure',
  'integrations',
  quickFeatures,
  'phase-plans',
  'phases',
  'iterations',
  'init',
];

const generic: ReadonlySet<string> = new Set([
  'docs',
  'prds',
  'progress',
  'reports',
  'specs',
  'phases',
  'all',
  'scripts',
  ...typeFolders,
  ...groupingFolders,
]);
