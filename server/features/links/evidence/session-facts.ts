/** What evidence is made from: one session, and what the link model answers when asked by exact keys. */

/** A session as its room hands it over. */
export interface SessionFacts {
  readonly id: string;
  readonly parentId: string | null;
  readonly title: string;
  readonly titleSource: string;
  readonly titleConfidence: number;
  /** Slash commands, the name with its leading `/`. */
  readonly commands: readonly CommandUse[];
  /** Paths relative to the project. */
  readonly files: readonly FileUse[];
  readonly commits: readonly {
    readonly hash: string;
    readonly at: string | null;
    readonly verified: boolean | null;
  }[];
  readonly prLinks: readonly string[];
  /** LK14, where the session's room knows them. */
  readonly commitCorrelations?: readonly unknown[];
}

export interface CommandUse {
  readonly name: string;
  readonly args: string;
  readonly at: string | null;
  readonly ref: string;
}

export interface FileUse {
  readonly path: string;
  readonly action: FileAction;
  readonly tool: string;
  readonly at: string | null;
  readonly ref: string;
}

export type FileAction = 'read' | 'update' | 'delete' | 'search' | 'command' | 'other';

/** A path that speaks for a feature (LK7). */
export interface EvidencePath {
  readonly featureId: string;
  readonly path: string;
}

/**
 * Answers are functions of the key alone: the model records who asked which, and asks again for those when an answer
 * changes. A feature is published under `toBasename` of each evidence path and under `toAliasKeys` of each alias.
 */
export interface EvidenceLookup {
  byBasename(name: string): readonly EvidencePath[];
  byAlias(token: string): readonly string[];
}

/** DX5: names are compared in one normal form. */
export function toComparable(path: string): string {
  // oxlint-disable-next-line no-control-regex -- plain ASCII needs no normalising, and is what most paths are
  return /^[\x00-\x7f]*$/.test(path) ? path : path.normalize('NFC');
}

/** The key that a path is published and asked under. */
export function toBasename(path: string): string {
  return toComparable(path.slice(path.lastIndexOf('/') + 1));
}
