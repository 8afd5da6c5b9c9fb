/** Which features a path of a session speaks for: a path matches if equal or one ends with `/` and the other (LK8). */
import { toBasename, toComparable, type EvidenceLookup, type EvidencePath } from './session-facts.ts';

export type FindFeatures = (path: string) => ReadonlySet<string>;

/** Remembers what was asked; for one session, or for as long as the lookup answers the same. */
export function createPathMatcher(find: EvidenceLookup): FindFeatures {
  const known = new Map<string, ReadonlySet<string>>();
  const families = new Map<string, Family>();
  return (given) => {
    const path = toComparable(given);
    const answered = known.get(path);
    if (answered !== undefined) return answered;
    const name = toBasename(path);
    const family = families.get(name) ?? new Family(find.byBasename(name));
    families.set(name, family);
    const features = family.match(path);
    known.set(path, features);
    return features;
  };
}

/** So few questions are quicker answered by looking at every path than by sorting the paths first. */
const fewQuestions = 4;

/** The evidence paths of one file name: `phase-1-progress.md` may have one for each feature there is. */
class Family {
  readonly #paths: readonly EvidencePath[];
  #asked = 0;
  #index: FamilyIndex | undefined;

  constructor(paths: readonly EvidencePath[]) {
    this.#paths = paths;
  }

  match(path: string): ReadonlySet<string> {
    this.#asked += 1;
    if (this.#asked <= fewQuestions) return scan(this.#paths, path);
    this.#index ??= toIndex(this.#paths);
    return readIndex(this.#index, path);
  }
}

function scan(paths: readonly EvidencePath[], path: string): ReadonlySet<string> {
  const features = new Set<string>();
  for (const { featureId, path: evidence } of paths) {
    if (isSamePath(toComparable(evidence), path)) features.add(featureId);
  }
  return features;
}

export function isSamePath(one: string, other: string): boolean {
  if (one.length === other.length) return one === other;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return long.endsWith(short) && long[long.length - short.length - 1] === '/';
}

interface FamilyIndex {
  readonly byPath: ReadonlyMap<string, readonly string[]>;
  /** By what follows one of their slashes. */
  readonly byEnding: ReadonlyMap<string, readonly string[]>;
}

function toIndex(paths: readonly EvidencePath[]): FamilyIndex {
  const byPath = new Map<string, string[]>();
  const byEnding = new Map<string, string[]>();
  for (const { featureId, path } of paths) {
    const evidence = toComparable(path);
    put(byPath, evidence, featureId);
    for (const ending of endingsOf(evidence)) put(byEnding, ending, featureId);
  }
  return { byPath, byEnding };
}

function readIndex({ byPath, byEnding }: FamilyIndex, path: string): ReadonlySet<string> {
  const longer = byEnding.get(path) ?? [];
  return new Set([path, ...endingsOf(path)].flatMap((ending) => byPath.get(ending) ?? []).concat(longer));
}

function endingsOf(path: string): string[] {
  const endings: string[] = [];
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    if (at + 1 < path.length) endings.push(path.slice(at + 1));
  }
  return endings;
}

function put(map: Map<string, string[]>, key: string, featureId: string): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [featureId]);
  else there.push(featureId);
}
