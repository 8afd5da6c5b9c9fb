/** Reads one markdown file into everything the index knows about it; a pure function of bytes, path and vocabulary. */
import { toFileIssue, type FileIssue } from '../../../../shared/issues.ts';
import { decodeText } from './decode.ts';
import {
  findField,
  findList,
  findText,
  groupFields,
  toFrontMatterFields,
  toMetadata,
  type Field,
  type Fields,
} from './fields.ts';
import { findIdAtStart, findIds } from './ids.ts';
import { readLayout } from './layout.ts';
import { isArchived, toPathParts } from './path-parts.ts';
import { findReferences, type DocumentReferences } from './references.ts';
import type { JsonObject } from './safe-yaml.ts';
import type { CanonicalStatus } from './status-tables.ts';
import { readStatus } from './status.ts';
import { readType } from './types.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Higher whenever the same bytes may be read differently, so that documents are derived again (DX10). */
export const parserVersion = 2;

export interface DocumentSource {
  /** Relative to the project's `sdlc_path`, with `/`. */
  filePath: string;
  /** The path entry below which it was found, relative to `sdlc_path`; `.` is the root itself. */
  entry: string;
  entryKind: 'docs' | 'progress';
  bytes: Uint8Array;
}

export interface ParsedDocument {
  docId: string;
  type: string;
  subtype: string | null;
  category: string | null;
  /** The id this document owns; null for one that is only about an id, which `subjectId` then names. */
  refId: string | null;
  subjectId: string | null;
  title: string;
  rawStatus: string | null;
  status: string | null;
  canonicalStatus: CanonicalStatus | null;
  owner: string | null;
  priority: string | null;
  storyPoints: number | null;
  epic: string | null;
  story: string | null;
  dependsOn: string[];
  aliases: string[];
  metadata: Record<string, string> | null;
  /** Every value of every key, own fields included, in order of appearance. */
  metadataValues: Record<string, string[]>;
  /** The front matter as plain JSON; null when there is none or it is broken. */
  frontMatter: JsonObject | null;
  /** As written; what they mean as dates is decided elsewhere. */
  declaredDates: DeclaredDates;
  /** Ids and links in its fields and its text. */
  references: DocumentReferences;
  archived: boolean;
  /** The decoded file, without byte order mark and NUL, line ends as written. */
  text: string;
  content: string;
  /** Of the trimmed content. */
  contentLength: number;
  issues: FileIssue[];
}

export type DeclaredDates = Record<'created' | 'updated' | 'completed' | 'started', string | null>;

export type ReadingOutcome =
  { outcome: 'document'; document: ParsedDocument } | { outcome: 'failed'; issues: FileIssue[] };

export function parseDocument(source: DocumentSource, vocabulary: Vocabulary): ReadingOutcome {
  const decoding = decodeText(source.bytes);
  if (decoding.outcome === 'text') {
    return { outcome: 'document', document: readDocument(source, decoding.text, vocabulary) };
  }
  const { offset } = decoding;
  const message = `Not UTF-8: byte ${offset} begins no valid character; save the file as UTF-8`;
  return { outcome: 'failed', issues: [toFileIssue(source.filePath, 'INVALID_UTF8', message, { offset })] };
}

/** What DC11 calls `content`, computed again from the stored text. */
export function toContent(text: string): string {
  return readLayout(text, '').content;
}

function readDocument(source: DocumentSource, text: string, vocabulary: Vocabulary): ParsedDocument {
  const { frontMatter, header, heading, content, masked } = readLayout(text, source.filePath);
  const mapping = frontMatter.outcome === 'mapping' ? frontMatter : null;
  const entries = mapping?.entries ?? [];
  const written = toFrontMatterFields(entries);
  const fields = groupFields([...written, ...header.fields]);
  const parts = toPathParts(source.filePath, source.entry);
  const {
    unknownType,
    issues: typeIssues,
    ...kind
  } = readType({ ...source, parts }, groupFields(written), vocabulary);
  const { issues: statusIssues, ...status } = toStatus(fields, kind.type, source.filePath, vocabulary);
  const title = mapping?.value['title'];
  return {
    docId: parts.stem,
    ...kind,
    title: heading ?? (typeof title === 'object' ? null : toTitle(title)) ?? parts.stem,
    ...status,
    owner: findText(fields, 'owner', 'owners', 'assigned_to'),
    priority: findText(fields, 'priority', 'risk_level'),
    storyPoints: toLeadingInteger(fields, 'story_points') ?? toLeadingInteger(fields, 'points'),
    epic: toFirstId(fields, 'epic', vocabulary),
    story: toFirstId(fields, 'story', vocabulary),
    dependsOn: toDependencies(fields, vocabulary),
    aliases: findList(fields, 'aliases').map((alias) => toCanonicalId(alias, vocabulary)),
    ...toMetadata(fields, unknownType),
    frontMatter: mapping?.value ?? null,
    declaredDates: toDeclaredDates(fields),
    references: findReferences(
      { text: masked, bodyStart: frontMatter.end, header, frontMatter: entries },
      vocabulary.ids,
    ),
    archived: isArchived(parts),
    text,
    content,
    contentLength: content.trim().length,
    issues: [...frontMatter.issues, ...typeIssues, ...statusIssues],
  };
}

function toTitle(value: string | number | boolean | undefined): string | null {
  return String(value ?? '').trim() || null;
}

interface StatusFields {
  rawStatus: string | null;
  status: string | null;
  canonicalStatus: CanonicalStatus | null;
  issues: FileIssue[];
}

function toStatus(fields: Fields, type: string, filePath: string, vocabulary: Vocabulary): StatusFields {
  const field = findField(fields, 'status');
  if (field === undefined) return { rawStatus: null, status: null, canonicalStatus: null, issues: [] };
  // A list, number or map is no status, even if a word stands in it.
  const isWord = typeof field.json === 'string';
  const rawStatus = (isWord ? field.values.join(' ') : JSON.stringify(field.json)).trim();
  const { status, canonicalStatus } = isWord
    ? readStatus(rawStatus, type, vocabulary)
    : { status: rawStatus, canonicalStatus: 'unknown' as const };
  const issues = canonicalStatus === 'unknown' ? [toUnknownStatus(filePath, rawStatus, field)] : [];
  return { rawStatus, status, canonicalStatus, issues };
}

function toUnknownStatus(filePath: string, rawStatus: string, { line }: Field): FileIssue {
  const shown = rawStatus.length > 100 ? `${rawStatus.slice(0, 100)}…` : rawStatus;
  const message = `Status "${shown}" is in no vocabulary; add it to status_aliases in .config.yaml or correct it`;
  return toFileIssue(filePath, 'UNKNOWN_STATUS', message, { line });
}

/** Nine digits: more fit no database integer and no estimate. */
function toLeadingInteger(fields: Fields, lookup: string): number | null {
  const digits = /^\s*(\d{1,9})(?!\d)/.exec(findText(fields, lookup) ?? '')?.[1];
  return digits === undefined ? null : Number(digits);
}

function toFirstId(fields: Fields, lookup: string, { ids }: Vocabulary): string | null {
  return findIds(findText(fields, lookup) ?? '', ids)[0] ?? null;
}

/** Ids wherever they stand; beside them single words, which may be slugs or paths. Prose names nothing. */
function toDependencies(fields: Fields, { ids }: Vocabulary): string[] {
  const named = findList(fields, 'depends_on').flatMap((item) => {
    const found = /\d/.test(item) ? findIds(item, ids) : [];
    if (found.length > 0) return found;
    return /\s/.test(item) ? [] : [item];
  });
  return [...new Set(named)];
}

function toCanonicalId(text: string, { ids }: Vocabulary): string {
  const found = findIdAtStart(text, ids);
  return found !== undefined && found.id.replaceAll('-', '') === text.replaceAll('-', '').toUpperCase()
    ? found.id
    : text;
}

function toDeclaredDates(fields: Fields): DeclaredDates {
  return {
    created: findText(fields, 'created', 'created_at', 'date_created'),
    updated: findText(fields, 'updated', 'updated_at', 'last_updated', 'modified', 'modified_at'),
    completed: findText(fields, 'completed', 'completed_at', 'completion_date', 'done_at'),
    started: findText(fields, 'started', 'started_at'),
  };
}
