/** Reads a text the way the index does; a test names only what matters to it. */
import {
  parseDocument,
  type DocumentSource,
  type ParsedDocument,
} from '../../../server/features/documents/parse/parse-document.ts';
import { builtInVocabulary, type Vocabulary } from '../../../server/features/documents/parse/vocabulary.ts';

type Where = Partial<Omit<DocumentSource, 'bytes'>> & { vocabulary?: Vocabulary };

export function read(text: string, where: Where = {}): ParsedDocument {
  return readBytes(Buffer.from(text), where);
}

export function readBytes(bytes: Uint8Array, { vocabulary, ...where }: Where = {}): ParsedDocument {
  const reading = parseDocument(
    { filePath: 'notes.md', entry: '.', entryKind: 'docs', ...where, bytes },
    vocabulary ?? builtInVocabulary,
  );
  if (reading.outcome !== 'document') throw new Error(`Not read: ${JSON.stringify(reading.issues)}`);
  return reading.document;
}

/** Codes with lines, as `CODE:line`. */
export function issuesOf({ issues }: ParsedDocument): string[] {
  return issues.map(({ code, line }) => (line === null ? code : `${code}:${line}`));
}

export function lines(...texts: string[]): string {
  return `${texts.join('\n')}\n`;
}
