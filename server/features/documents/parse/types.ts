/** Decides what kind of document a file is (DC2, DP8) and where in its kind it belongs (DP9, DP10). */
import { toFileIssue, type FileIssue } from '../../../../shared/issues.ts';
import { findField, findText, type Fields } from './fields.ts';
import { findIdAtStart } from './ids.ts';
import { toLookup } from './keys.ts';
import type { PathParts } from './path-parts.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface TypeReading {
  type: string;
  subtype: string | null;
  category: string | null;
  /** The id this file owns. */
  refId: string | null;
  /** The id this file is about, because its prefix names another family than its folder. */
  subjectId: string | null;
  unknownType: string | null;
  issues: FileIssue[];
}

export function readType(
  { filePath, entryKind, parts }: { filePath: string; entryKind: 'docs' | 'progress'; parts: PathParts },
  frontMatter: Fields,
  vocabulary: Vocabulary,
): TypeReading {
  const id = findIdAtStart(parts.stem, vocabulary.ids);
  const ownType = id && vocabulary.prefixes.get(id.prefix);
  const folder = findTypeFolder(parts, vocabulary);
  const isAbout = ownType !== undefined && folder !== undefined && folder.type !== ownType;
  const named = ownType ?? vocabulary.stems.get(toLookup(parts.stem));
  const declared = readDeclaredType(filePath, frontMatter, vocabulary);
  const type = named ?? declared.type ?? folder?.type ?? (entryKind === 'progress' ? 'progress' : 'other');
  return {
    type,
    subtype: type === 'progress' ? toProgressSubtype(parts, frontMatter) : null,
    category: findText(frontMatter, 'category') ?? (folder && parts.folders[folder.depth + 1]) ?? null,
    refId: id === undefined || isAbout ? null : id.id,
    subjectId: id !== undefined && isAbout ? id.id : null,
    unknownType: named === undefined ? declared.unknownType : null,
    issues: named === undefined ? declared.issues : [],
  };
}

/** The outermost known folder decides: `implementation_plans/bugs/x.md` is a plan. */
function findTypeFolder(
  { stem, folders }: PathParts,
  vocabulary: Vocabulary,
): { type: string; depth: number } | undefined {
  for (const [depth, folder] of folders.entries()) {
    const type = vocabulary.folders.get(toLookup(folder));
    if (type === undefined) continue;
    return { depth, type: type === 'implementation_plan' && isPhase(stem) ? 'phase_plan' : type };
  }
  return undefined;
}

function readDeclaredType(
  filePath: string,
  frontMatter: Fields,
  vocabulary: Vocabulary,
): { type: string | undefined; unknownType: string | null; issues: FileIssue[] } {
  const issues: FileIssue[] = [];
  let unknownType: string | null = null;
  for (const key of ['doc_type', 'type']) {
    const value = findText(frontMatter, key);
    if (value === null) continue;
    const type = vocabulary.values.get(toLookup(value));
    if (type !== undefined) return { type, unknownType, issues };
    unknownType ??= value;
    const line = findField(frontMatter, key)?.line ?? null;
    const message = `${key} "${value.slice(0, 100)}" is no known type; the place in the tree decides`;
    issues.push(toFileIssue(filePath, 'UNKNOWN_TYPE', message, { line }));
  }
  return { type: undefined, unknownType, issues };
}

function toProgressSubtype({ stem, folders }: PathParts, frontMatter: Fields): string {
  const isQuick = ['doc_type', 'type'].some((key) =>
    toLookup(findText(frontMatter, key) ?? '').startsWith('quick_feature'),
  );
  if (isQuick || folders.some((folder) => toLookup(folder) === 'quick_features')) return 'quick_feature';
  if (stem.toLowerCase().includes('all-phases')) return 'all_phases';
  return isPhase(stem) ? 'phase' : 'other';
}

function isPhase(stem: string): boolean {
  return stem.toLowerCase().startsWith('phase-');
}
