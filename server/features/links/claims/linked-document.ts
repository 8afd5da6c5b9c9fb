/** What is kept of one document to link it: small, and all that its links depend on beside other entities. */
import { findFeatureSlug, findPathSlug } from '../../../../shared/slugs.ts';
import type { DocumentFacts } from '../facts.ts';
import { toEntity, type Entity } from '../link.ts';
import { readFrontMatterReferences, type FrontMatterReference } from './front-matter-references.ts';
import { folderOf, readLinkPath, readPathReference, toComparable } from './path-reference.ts';
import { findEdge } from './reference-keys.ts';

export interface LinkedDocument {
  readonly id: string;
  readonly entity: Entity;
  /** As it is called on the disk. */
  readonly file: string;
  /** Composed (DX5), as references are compared. */
  readonly path: string;
  readonly type: string;
  /** Ids it owns; those it only goes by otherwise come second. */
  readonly refId: string | null;
  readonly aliases: readonly string[];
  readonly isAtHome: boolean;
  readonly archived: boolean;
  /** FT3: what it declares itself, else what its place says. */
  readonly slug: string | undefined;
  /** What its place says, whatever it declares. */
  readonly place: string | undefined;
  readonly references: readonly FrontMatterReference[];
  /** References of typed keys, in order (LK15). */
  readonly edges: readonly TextTarget[];
  readonly mentions: readonly TextTarget[];
}

/** An id, or a link that is tried by its path first and by the ids of its text then. */
export interface TextTarget {
  readonly key: string;
  readonly value: string;
  readonly line: number;
  readonly count: number;
  /** Composed, within the project; null for an id, `outside` when it leaves the project. */
  readonly path: string | null | typeof outside;
  readonly ids: readonly string[];
}

export const outside = Symbol('outside');

const body = 'body';

export function toLinkedDocument(facts: DocumentFacts): LinkedDocument {
  const { id, type, refId, aliases, isAtHome, archived, frontMatter, references } = facts;
  const path = toComparable(facts.path);
  const folder = folderOf(path);
  const declaredSlug = frontMatter?.['feature_slug'];
  const file = { path: facts.path, entry: facts.entry, type };
  const fields = [...references.header, ...(references.frontMatter ?? [])];
  const isEdge = ({ key }: { key: string }): boolean => findEdge(key) !== undefined;
  const untyped = references.header.filter((field) => !isEdge(field));
  return {
    id,
    entity: toEntity('document', id),
    file: facts.path,
    path,
    type,
    refId: refId === null ? null : toIdKey(refId),
    aliases: aliases.length === 0 ? none : aliases.map(toIdKey),
    isAtHome,
    archived,
    slug: findFeatureSlug(file, typeof declaredSlug === 'string' ? declaredSlug : null),
    place: findPathSlug(file),
    references: frontMatter === null ? none : readFrontMatterReferences(frontMatter, folder),
    edges: fields.filter(isEdge).map((field) => toTarget({ ...field, count: 1 }, folder)),
    // An id under a key of no type is still an id in the text of the document.
    mentions: [
      ...untyped.map((field) => toTarget({ ...field, count: 1 }, folder)),
      ...references.mentions.map((mention) => toTarget({ ...mention, key: body }, folder)),
    ],
  };
}

const none: readonly never[] = [];

type Referring = DocumentFacts['references']['mentions'][number] & { readonly key: string };

function toTarget({ key, kind, value, line, count, ids = none }: Referring, folder: string): TextTarget {
  if (kind === 'id') return { key, value, line, count, path: null, ids: [toIdKey(value)] };
  const reading = readLinkPath(value, folder);
  const path = reading.outcome === 'path' ? reading.path : reading.outcome === 'outside' ? outside : null;
  return { key, value, line, count, path, ids: ids.map(toIdKey) };
}

/** Equal for all spellings of one id (DC3). */
export function toIdKey(id: string): string {
  return id.replaceAll('-', '').toUpperCase();
}

/** What a link in a header may also mean: a path from the project's root, or the end of one (LK4). */
export function readHeaderPath(value: string, folder: string): string | null {
  const reading = readPathReference(value, folder);
  return reading.outcome === 'path' ? reading.path : null;
}
