/** The words a project's documents are read with: the built-in tables and what its `.config.yaml` adds. */
import { createIdPatterns, type IdPatterns } from './ids.ts';
import { toLookup, toStatusKey } from './keys.ts';
import type { ProjectConfig } from './project-config.ts';
import {
  builtInStatuses,
  furtherStatuses,
  terminalEverywhere,
  type KnownStatus,
  type TypeStatuses,
} from './status-tables.ts';
import { builtInTypeNames, furtherTypes, type TypeNames } from './type-tables.ts';

export interface Vocabulary {
  readonly statuses: ReadonlyMap<string, TypeStatuses>;
  /** Words by type, then those of every type; each list longest first, as they are tried. */
  readonly wordsOf: ReadonlyMap<string, readonly StatusWord[]>;
  readonly everyWord: readonly StatusWord[];
  /** What the project says a status means, by `toStatusKey`. */
  readonly statusAliases: ReadonlyMap<string, KnownStatus>;
  /** Keys as `toLookup` makes them, but prefixes in upper case. */
  readonly prefixes: ReadonlyMap<string, string>;
  readonly stems: ReadonlyMap<string, string>;
  readonly folders: ReadonlyMap<string, string>;
  readonly values: ReadonlyMap<string, string>;
  readonly ids: IdPatterns;
}

export interface StatusWord {
  readonly word: string;
  readonly lowerCase: string;
}

export const builtInVocabulary: Vocabulary = createVocabulary(builtInStatuses, builtInTypeNames, new Map());

/** Additions never replace what is built in (a project's `story: [Gated]` keeps `Done`). */
export function extendVocabulary({
  statusVocab,
  statusAliases,
  types,
}: Pick<ProjectConfig, 'statusVocab' | 'statusAliases' | 'types'>): Vocabulary {
  const statuses = new Map(Object.entries(builtInStatuses));
  for (const [type, { open, terminal }] of statusVocab) {
    const known = statuses.get(type) ?? { open: [], terminal: [] };
    const isNew = (word: string) => ![...known.open, ...known.terminal].some((old) => isSameWord(old, word));
    statuses.set(type, {
      open: [...known.open, ...open.filter(isNew)],
      terminal: [...known.terminal, ...terminal.filter(isNew)],
    });
  }
  const names: TypeNames = {
    prefixes: { ...builtInTypeNames.prefixes, ...types.prefixes },
    stems: { ...builtInTypeNames.stems, ...types.stems },
    folders: { ...builtInTypeNames.folders, ...types.folders },
    values: { ...builtInTypeNames.values, ...types.values },
  };
  return createVocabulary(
    Object.fromEntries(statuses),
    names,
    new Map([...statusAliases].map(([word, status]) => [toStatusKey(word), status])),
  );
}

function createVocabulary(
  statuses: Readonly<Record<string, TypeStatuses>>,
  names: TypeNames,
  statusAliases: ReadonlyMap<string, KnownStatus>,
): Vocabulary {
  const wordsOf = new Map(
    Object.entries(statuses).map(([type, { open, terminal }]) => [type, toWords([...open, ...terminal])]),
  );
  const everyWord = toWords([
    ...Object.values(statuses).flatMap(({ open, terminal }) => [...open, ...terminal]),
    ...furtherStatuses,
    ...terminalEverywhere,
  ]);
  const types = [
    ...[names.prefixes, names.stems, names.folders, names.values].flatMap((table) => Object.values(table)),
    ...furtherTypes,
  ];
  return {
    statuses: new Map(Object.entries(statuses)),
    wordsOf,
    everyWord,
    statusAliases,
    prefixes: new Map(Object.entries(names.prefixes).map(([prefix, type]) => [prefix.toUpperCase(), type])),
    stems: toTable(names.stems),
    folders: toTable(names.folders),
    // Another name for a type goes before a type of that name: `plan` is CCDash's implementation plan.
    values: new Map([...types.map((type) => [toLookup(type), type] as const), ...toTable(names.values)]),
    ids: createIdPatterns(Object.keys(names.prefixes)),
  };
}

function toTable(names: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(names).map(([name, type]) => [toLookup(name), type]));
}

function toWords(words: readonly string[]): StatusWord[] {
  const unique = new Map(words.map((word) => [word.toLowerCase(), word]));
  return Array.from(unique, ([lowerCase, word]) => ({ word, lowerCase })).sort(
    (a, b) => b.word.length - a.word.length,
  );
}

function isSameWord(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
