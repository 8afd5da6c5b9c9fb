/** A document as a source of work items: what the wiring hands over for every row of a project (PU41, PU43). */

export interface SourceDocument {
  readonly path: string;
  /** The canonical id it owns (`US0004`); null for one that owns none. */
  readonly refId: string | null;
  readonly type: string;
  readonly title: string;
  readonly status: string | null;
  readonly canonicalStatus: string | null;
  readonly isArchived: boolean;
  readonly owner: string | null;
  readonly priority: string | null;
  readonly storyPoints: number | null;
  /** Canonical id of its epic, whether it exists or not. */
  readonly epic: string | null;
  /** The text without front matter, header lines and title. */
  readonly content: string;
  /** Every value of every key as written, keys in lower case with underscores. */
  readonly metadataValues: Readonly<Record<string, readonly string[]>>;
}

/** All documents of one project, in any order. Bodies of some thousand documents are read for a push. */
export type LoadSourceDocuments = (projectId: string) => Promise<readonly SourceDocument[]>;

/** Ids and tags come by keys that people write in many ways. */
export function valuesOf({ metadataValues }: SourceDocument, keys: readonly string[]): readonly string[] {
  const wanted = new Set(keys);
  return Object.entries(metadataValues)
    .filter(([key]) => wanted.has(key.toLowerCase().replace(/[\s-]+/g, '_')))
    .flatMap(([, values]) => values);
}
