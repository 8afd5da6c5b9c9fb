/** Sessions and lookups for tests of evidence, with as little said as a test wants to say. */
import { toAliasKeys } from '../../server/features/links/evidence/variants.ts';
import {
  toBasename,
  type CommandUse,
  type EvidenceLookup,
  type FileUse,
  type SessionFacts,
} from '../../server/features/links/evidence/session-facts.ts';

interface Known {
  /** Evidence paths by feature. */
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
}

/** As the link model answers: by exact keys. */
export function toLookup({ paths = {}, aliases = {} }: Known): EvidenceLookup {
  const evidence = Object.entries(paths).flatMap(([featureId, all]) =>
    all.map((path) => ({ featureId, path })),
  );
  const byBasename = groupBy(evidence, ({ path }) => toBasename(path));
  const keys = Object.entries(aliases).flatMap(([featureId, all]) =>
    all.flatMap(toAliasKeys).map((key) => ({ featureId, key })),
  );
  const byAlias = groupBy(keys, ({ key }) => key);
  return {
    byBasename: (name) => byBasename.get(name) ?? [],
    byAlias: (token) => (byAlias.get(token) ?? []).map(({ featureId }) => featureId),
  };
}

export function toSession(facts: Partial<SessionFacts>): SessionFacts {
  return {
    id: 'S-1',
    parentId: null,
    title: 'A session',
    titleSource: 'first_message',
    titleConfidence: 0.5,
    commands: [],
    files: [],
    commits: [],
    prLinks: [],
    ...facts,
  };
}

export const command = (name: string, args: string, at: string | null = null): CommandUse => ({
  name,
  args,
  at,
  ref: 'c1',
});

export const use = (action: FileUse['action'], path: string, at: string | null = null): FileUse => ({
  path,
  action,
  tool: 'Tool',
  at,
  ref: 'f1',
});

function groupBy<T>(items: readonly T[], toKey: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(toKey(item), [...(groups.get(toKey(item)) ?? []), item]);
  return groups;
}
