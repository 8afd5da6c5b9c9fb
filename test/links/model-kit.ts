/** Projects of documents, plans and sessions, put together by hand, and the rows that a model of them comes to. */
import type { FeatureFacts, Review, TaskFacts } from '../../server/features/links/facts.ts';
import type { SessionFacts } from '../../server/features/links/evidence/session-facts.ts';
import { findCycleIssues } from '../../server/features/links/claims/cycles.ts';
import {
  collectAll,
  collectChanges,
  toUnresolved,
  type LinkChanges,
} from '../../server/features/links/link-changes.ts';
import type { DocumentFacts } from '../../server/features/links/facts.ts';
import type { LinkBody } from '../../server/features/links/link.ts';
import type { ManualLink } from '../../server/features/links/model/decision.ts';
import { LinkModel } from '../../server/features/links/model/link-model.ts';
import { parseDocument } from '../../server/features/documents/parse/parse-document.ts';
import { builtInVocabulary } from '../../server/features/documents/parse/vocabulary.ts';

export interface Project {
  readonly documents: ReadonlyMap<string, DocumentFacts>;
  readonly features: ReadonlyMap<string, FeatureFacts>;
  readonly sessions: ReadonlyMap<string, SessionFacts>;
  readonly manual: readonly ManualLink[];
  readonly reviews: readonly Review[];
}

export const pacer = { isDue: () => false, rest: async () => undefined };
const nothing = (): void => undefined;

/** A document as it is read from a file. */
export function toFacts(id: string, path: string, text: string): DocumentFacts {
  const source = { filePath: path, entry: '.', entryKind: 'docs' as const, bytes: Buffer.from(text) };
  const reading = parseDocument(source, builtInVocabulary);
  if (reading.outcome === 'failed') throw new Error(`${path} cannot be read`);
  const { type, refId, aliases, archived, frontMatter, references } = reading.document;
  return { id, path, entry: '.', type, refId, aliases, archived, frontMatter, references, isAtHome: false };
}

/** `{ 'a.md': 'text' }`; the id of a document is its path unless it is given. */
export function toProject(
  files: Readonly<Record<string, string>>,
  rest: Partial<Omit<Project, 'documents' | 'features'>> & {
    readonly features?: readonly FeatureFacts[];
  } = {},
): Project {
  return {
    sessions: new Map(),
    manual: [],
    reviews: [],
    ...rest,
    documents: new Map(Object.entries(files).map(([path, text]) => [path, toFacts(path, path, text)])),
    features: new Map((rest.features ?? []).map((feature) => [feature.id, feature])),
  };
}

export function toFeature(
  id: string,
  documentIds: readonly string[] = [],
  tasks: readonly TaskFacts[] = [],
): FeatureFacts {
  return { id, base: id.replace(/-v\d+$/, ''), documentIds, tasks };
}

export const tasksOf = (project: Project, documentId: string): readonly TaskFacts[] =>
  [...project.features.values()].flatMap(({ tasks }) =>
    tasks.filter((task) => task.documentId === documentId),
  );

export async function derive(model: LinkModel, project: Project): Promise<void> {
  await model.deriveFeatures(pacer, nothing);
  for (const id of model.takeStaleSessions()) model.putSession(project.sessions.get(id)!);
  await model.deriveDocuments(pacer, nothing);
}

export async function createModel(project: Project): Promise<LinkModel> {
  const model = new LinkModel('p_test', (path) => path.endsWith('.md'));
  for (const facts of project.documents.values()) model.putDocument(facts);
  for (const id of project.documents.keys()) model.putTasks(id, tasksOf(project, id));
  for (const feature of project.features.values()) model.putFeature(feature);
  for (const id of project.sessions.keys()) model.noteSession(id);
  model.setDecisions(project.manual, project.reviews);
  await derive(model, project);
  return model;
}

/** Moves the model from one project to the other as an operation would. */
export async function advance(model: LinkModel, before: Project, after: Project): Promise<void> {
  for (const id of before.documents.keys()) if (!after.documents.has(id)) model.removeDocument(id);
  for (const [id, facts] of after.documents) {
    if (before.documents.get(id) !== facts) model.putDocument(facts);
  }
  for (const id of after.documents.keys()) model.putTasks(id, tasksOf(after, id));
  for (const id of before.features.keys()) if (!after.features.has(id)) model.removeFeature(id);
  for (const [id, feature] of after.features) {
    if (before.features.get(id) !== feature) model.putFeature(feature);
  }
  for (const id of before.sessions.keys()) if (!after.sessions.has(id)) model.removeSession(id);
  for (const [id, session] of after.sessions) if (before.sessions.get(id) !== session) model.noteSession(id);
  model.setDecisions(after.manual, after.reviews);
  await derive(model, after);
}

export interface StoredRow {
  readonly link: string;
  readonly body: LinkBody;
  readonly digest: string;
}

/** What the tables would hold. */
export class Rows {
  readonly links = new Map<string, StoredRow>();
  readonly decided = new Map<string, { readonly auto: LinkBody; readonly autoDigest: string }>();

  apply({ written, removed, decided, undecided }: LinkChanges): void {
    for (const id of removed) this.links.delete(id);
    for (const { id, source, target, linkType, body, digest } of written) {
      this.links.set(id, { link: `${source} ${linkType} ${target}`, body, digest });
    }
    for (const id of undecided) this.decided.delete(id);
    for (const { id, auto, autoDigest } of decided) this.decided.set(id, { auto, autoDigest });
  }

  sorted() {
    const inOrder = <T>(rows: ReadonlyMap<string, T>): [string, T][] =>
      [...rows].sort(([one], [other]) => (one < other ? -1 : 1));
    return { links: inOrder(this.links), decided: inOrder(this.decided) };
  }
}

export async function rowsOf(model: LinkModel): Promise<Rows> {
  const rows = new Rows();
  const { changes } = await collectAll(model, { links: new Map(), decided: new Map() }, pacer);
  rows.apply(changes);
  return rows;
}

export const collect = (model: LinkModel): Promise<LinkChanges> => collectChanges(model, pacer);

/** `document:a.md epic document:b.md` → body. */
export async function linksOf(project: Project): Promise<Record<string, LinkBody>> {
  const rows = await rowsOf(await createModel(project));
  return Object.fromEntries([...rows.links.values()].map(({ link, body }) => [link, body]));
}

export function sideOf(model: LinkModel) {
  const documents = [...model.documents()]
    .map(({ id }) => toUnresolved(model, id))
    .filter(({ rows }) => rows.length > 0);
  const edges = [...model.documents()].flatMap(({ entity }) =>
    [...model.claimsFrom(entity)].filter(({ linkType }) => linkType === 'depends_on'),
  );
  return {
    unresolved: documents.sort((one, other) => (one.path < other.path ? -1 : 1)),
    evidence: [...model.features().keys()].sort().map((id) => [id, model.evidenceOf(id)]),
    issues: findCycleIssues(edges, (entity) => model.document(entity.slice(9))?.path ?? ''),
  };
}
