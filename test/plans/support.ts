/** Documents as plans see them, read by the real parser from front matter that shows only what a test is about. */
import { parseDocument } from '../../server/features/documents/parse/parse-document.ts';
import { builtInVocabulary } from '../../server/features/documents/parse/vocabulary.ts';
import { toDate } from '../../server/features/indexing/date-text.ts';
import type { DocumentFacts } from '../../server/features/plans/facts.ts';
import { PlanModel, type PlanFeature } from '../../server/features/plans/plan-model.ts';
import { createPacer } from '../../server/platform/pacer.ts';
import type { DocumentDates } from '../../shared/views/document.ts';

export const noDates: DocumentDates = { created: null, updated: null, completed: null, last_activity: null };

/** `frontMatter` null writes none. */
export function toFacts(
  path: string,
  frontMatter: Record<string, unknown> | null,
  facts: Partial<Pick<DocumentFacts, 'id' | 'dates'>> = {},
): DocumentFacts {
  const head = frontMatter === null ? '' : `---\n${JSON.stringify(frontMatter)}\n---\n`;
  const entry = path.startsWith('.claude/progress/') ? '.claude/progress' : '.';
  const entryKind = entry === '.' ? ('docs' as const) : ('progress' as const);
  const bytes = new TextEncoder().encode(`${head}text\n`);
  const reading = parseDocument({ filePath: path, entry, entryKind, bytes }, builtInVocabulary);
  if (reading.outcome === 'failed') throw new Error(`${path} cannot be read`);
  const { document } = reading;
  return {
    ...document,
    id: `d_${path}`,
    path,
    entry,
    references: { tasksLine: 2 },
    dates: noDates,
    ...facts,
  };
}

export async function deriveAll(documents: readonly DocumentFacts[]): Promise<PlanModel> {
  const model = new PlanModel('p_1', toDate);
  for (const facts of documents) model.put(facts);
  await settle(model);
  return model;
}

export async function settle(model: PlanModel): Promise<void> {
  const pacer = createPacer(new AbortController().signal);
  await model.attach(pacer);
  await model.rollUp(pacer, () => undefined);
}

/** Features by id, from `{ path: front matter }`. */
export async function deriveFrom(
  files: Readonly<Record<string, Record<string, unknown> | null>>,
): Promise<{ model: PlanModel; feature: (id: string) => PlanFeature; paths: Record<string, string[]> }> {
  const model = await deriveAll(
    Object.entries(files).map(([path, frontMatter]) => toFacts(path, frontMatter)),
  );
  const feature = (id: string): PlanFeature => {
    const found = model.feature(id);
    if (found === undefined) throw new Error(`There is no feature ${id}`);
    return found;
  };
  const paths = Object.fromEntries(
    Array.from(model.features(), ({ id, documents }) => [id, documents.map(({ path }) => path)]),
  );
  return { model, feature, paths };
}
