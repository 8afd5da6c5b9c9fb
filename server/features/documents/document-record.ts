/** One document as a row on its way to the database, and which columns decide whether a row is a new one. */
import type { DocumentDates } from '../../../shared/views/document.ts';
import type { ParsedDocument } from './parse/parse-document.ts';

/** A document with what only its file, the git history and the sync can tell. */
export interface NewDocument extends Omit<ParsedDocument, 'content' | 'issues'> {
  /** Relative to `sdlc_path`, with `/`; no two of a batch are equal. */
  readonly filePath: string;
  readonly entry: string;
  readonly fileHash: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly dates: DocumentDates;
  readonly fileDate: Date | null;
  /** The row at that path is this document under its former name: it moves and keeps its identity (DX11). */
  readonly movedFrom: string | null;
  readonly parserVersion: number;
}

/** Columns whose change is a change of the document. The text is compared by the hash of its file. */
export const derivedColumns = {
  entry: 'text',
  doc_id: 'text',
  type: 'text',
  subtype: 'text',
  category: 'text',
  ref_id: 'text',
  subject_id: 'text',
  title: 'text',
  raw_status: 'text',
  status: 'text',
  canonical_status: 'text',
  owner: 'text',
  priority: 'text',
  story_points: 'integer',
  epic: 'text',
  story: 'text',
  depends_on: 'text[]',
  aliases: 'text[]',
  metadata: 'jsonb',
  metadata_values: 'jsonb',
  front_matter: 'jsonb',
  declared_dates: 'jsonb',
  text_references: 'jsonb',
  archived: 'boolean',
  content_length: 'integer',
  file_hash: 'text',
  dates: 'jsonb',
  file_date: 'timestamptz(3)',
} as const;

/** Columns that are stored with the others, but whose change is none of the document. */
export const attendantColumns = {
  size_bytes: 'integer',
  mtime_ms: 'bigint',
  parser_version: 'integer',
} as const;

export const keyColumns = { id: 'text', file_path: 'text' } as const;

type Column = keyof typeof derivedColumns | keyof typeof attendantColumns | keyof typeof keyColumns;

/** Everything but the text, which travels beside it: inside JSON it would be escaped and parsed for nothing. */
export function toRecord(id: string, document: NewDocument): Record<Column, unknown> {
  return {
    id,
    file_path: document.filePath,
    entry: document.entry,
    doc_id: document.docId,
    type: document.type,
    subtype: document.subtype,
    category: document.category,
    ref_id: toStorableId(document.refId),
    subject_id: toStorableId(document.subjectId),
    title: document.title,
    raw_status: document.rawStatus,
    status: document.status,
    canonical_status: document.canonicalStatus,
    owner: document.owner,
    priority: document.priority,
    story_points: document.storyPoints,
    epic: toStorableId(document.epic),
    story: toStorableId(document.story),
    depends_on: document.dependsOn,
    aliases: document.aliases,
    metadata: document.metadata,
    metadata_values: document.metadataValues,
    front_matter: document.frontMatter,
    declared_dates: document.declaredDates,
    text_references: document.references,
    archived: document.archived,
    content_length: document.contentLength,
    file_hash: document.fileHash,
    dates: document.dates,
    file_date: document.fileDate,
    size_bytes: document.sizeBytes,
    mtime_ms: document.mtimeMs,
    parser_version: document.parserVersion,
  };
}

/** No id of a tree is that long, and an index could not hold what a hostile file may spell. */
function toStorableId(id: string | null): string | null {
  return id === null || id.length > 200 ? null : id;
}
