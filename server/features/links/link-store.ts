/** Rows of links and of what belongs to them: the only writer of their tables. */
import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { toStorableJson } from '../../core/storable-json.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { decidedLinks, links as linkTable, linkState } from '../../db/tables/links.ts';
import type { FeatureEvidence } from './claims/feature-evidence.ts';
import { toEntity, toParts, type LinkBody, type LinkKey } from './link.ts';
import { toGivenMetadata, type ManualLink } from './model/decision.ts';

export interface LinkRow extends LinkKey {
  readonly id: string;
  readonly body: LinkBody;
  readonly digest: string;
}

export interface DecidedRow {
  readonly id: string;
  readonly auto: LinkBody;
  readonly autoDigest: string;
}

export interface LinkWrites {
  readonly written: readonly LinkRow[];
  /** Ids. */
  readonly removed: readonly string[];
  readonly decided: readonly DecidedRow[];
  readonly undecided: readonly string[];
}

const batchSize = 250;

/** A row that comes out equal is not written; one that stays keeps its time of creation (LK18). */
export async function saveLinks(
  tx: Transaction,
  projectId: string,
  { written, removed, decided, undecided }: LinkWrites,
): Promise<void> {
  for (const batch of inBatches(removed, 2000)) {
    await tx.execute(sql`delete from links where project_id = ${projectId} and id = ${anyOf(batch)}`);
  }
  for (const batch of inBatches(written, batchSize)) await upsertLinks(tx, projectId, batch);
  for (const batch of inBatches(undecided, 2000)) {
    await tx.execute(sql`delete from decided_links where project_id = ${projectId} and id = ${anyOf(batch)}`);
  }
  for (const batch of inBatches(decided, batchSize)) await upsertDecided(tx, projectId, batch);
}

function* inBatches<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

async function upsertLinks(tx: Transaction, projectId: string, rows: readonly LinkRow[]): Promise<void> {
  const records = rows.map(({ id, source, target, linkType, body, digest }) => {
    const [from, to] = [toParts(source), toParts(target)];
    const ends = { st: from.type, si: from.id, tt: to.type, ti: to.id };
    return { id, ...ends, lt: linkType, ...body, digest };
  });
  await tx.execute(sql`
    insert into links (id, project_id, source_type, source_id, target_type, target_id, link_type, origin, strategy,
      confidence, depth, sort_order, metadata, explanation, broken, digest)
    select id, ${projectId}, st, si, tt, ti, lt, origin, strategy, confidence, depth, "sortOrder", metadata,
      explanation, broken, digest
    from jsonb_to_recordset(${toStorableJson(records)}::jsonb) as row (id text, st text, si text, tt text, ti text,
      lt text, origin text, strategy text, confidence double precision, depth integer, "sortOrder" integer,
      metadata jsonb, explanation jsonb, broken boolean, digest text)
    on conflict (id) do update set origin = excluded.origin, strategy = excluded.strategy,
      confidence = excluded.confidence, depth = excluded.depth, sort_order = excluded.sort_order,
      metadata = excluded.metadata, explanation = excluded.explanation, broken = excluded.broken,
      digest = excluded.digest
    where links.digest <> excluded.digest`);
}

async function upsertDecided(tx: Transaction, projectId: string, rows: readonly DecidedRow[]): Promise<void> {
  await tx.execute(sql`
    insert into decided_links (id, project_id, auto, auto_digest)
    select id, ${projectId}, auto, "autoDigest"
    from jsonb_to_recordset(${toStorableJson(rows)}::jsonb) as row (id text, auto jsonb, "autoDigest" text)
    on conflict (id) do update set auto = excluded.auto, auto_digest = excluded.auto_digest
    where decided_links.auto_digest <> excluded.auto_digest`);
}

export interface UnresolvedRow {
  readonly key: string;
  readonly value: string;
  readonly reason: string;
  readonly candidates: readonly string[];
}

export interface DocumentUnresolved {
  readonly documentId: string;
  readonly path: string;
  readonly rows: readonly UnresolvedRow[];
}

/** In place of what these documents were known for; none of a document that is gone. */
export async function saveUnresolved(
  tx: Transaction,
  projectId: string,
  documents: readonly DocumentUnresolved[],
): Promise<void> {
  for (const batch of inBatches(documents, batchSize)) {
    const ids = batch.map(({ documentId }) => documentId);
    await tx.execute(
      sql`delete from unresolved_references where project_id = ${projectId} and document_id = ${anyOf(ids)}`,
    );
    const records = batch.flatMap(({ documentId, path, rows }) =>
      rows.map((row, position) => ({ documentId, path, position, ...row })),
    );
    if (records.length === 0) continue;
    await tx.execute(sql`
      insert into unresolved_references (project_id, document_id, document_path, position, key, value, reason, candidates)
      select ${projectId}, "documentId", path, position, key, value, reason, candidates
      from jsonb_to_recordset(${toStorableJson(records)}::jsonb) as row ("documentId" text, path text,
        position integer, key text, value text, reason text, candidates jsonb)`);
  }
}

/** By document, as text that tells whether they are other ones. */
export async function loadUnresolved(queryable: Queryable, projectId: string): Promise<Map<string, string>> {
  const rows = await queryable.execute<
    UnresolvedRow & { id: string; path: string } & Record<string, unknown>
  >(sql`
    select document_id as id, document_path as path, key, value, reason, candidates from unresolved_references
    where project_id = ${projectId} order by document_id, position`);
  const byDocument = new Map<string, { path: string; rows: UnresolvedRow[] }>();
  for (const { id, path, key, value, reason, candidates } of rows) {
    const known = byDocument.get(id);
    const row = { key, value, reason, candidates };
    if (known === undefined) byDocument.set(id, { path, rows: [row] });
    else known.rows.push(row);
  }
  return new Map(Array.from(byDocument, ([id, unresolved]) => [id, toUnresolvedText(unresolved)]));
}

export function toUnresolvedText({ path, rows }: Pick<DocumentUnresolved, 'path' | 'rows'>): string {
  if (rows.length === 0) return '';
  return JSON.stringify([
    path,
    rows.map(({ key, value, reason, candidates }) => [key, value, reason, candidates]),
  ]);
}

/** `undefined` for a feature that is gone. */
export async function saveEvidence(
  tx: Transaction,
  projectId: string,
  evidence: ReadonlyMap<string, FeatureEvidence | undefined>,
): Promise<void> {
  for (const batch of inBatches([...evidence], batchSize)) {
    const gone = batch.filter(([, now]) => now === undefined).map(([id]) => id);
    if (gone.length > 0) {
      await tx.execute(
        sql`delete from feature_evidence where project_id = ${projectId} and feature_id = ${anyOf(gone)}`,
      );
    }
    const records = batch.flatMap(([id, now]) => (now === undefined ? [] : [{ id, ...now }]));
    await tx.execute(sql`
      insert into feature_evidence (project_id, feature_id, paths, aliases)
      select ${projectId}, id, paths, aliases
      from jsonb_to_recordset(${toStorableJson(records)}::jsonb) as row (id text, paths jsonb, aliases jsonb)
      on conflict (project_id, feature_id) do update set paths = excluded.paths, aliases = excluded.aliases
      where (feature_evidence.paths, feature_evidence.aliases) is distinct from (excluded.paths, excluded.aliases)`);
  }
}

export async function loadEvidence(
  queryable: Queryable,
  projectId: string,
): Promise<Map<string, FeatureEvidence>> {
  const rows = await queryable.execute<{ id: string } & FeatureEvidence & Record<string, unknown>>(sql`
    select feature_id as id, paths, aliases from feature_evidence where project_id = ${projectId}`);
  return new Map(rows.map(({ id, paths, aliases }) => [id, { paths, aliases }]));
}

export async function loadFeatureEvidence(
  queryable: Queryable,
  projectId: string,
  featureId: string,
): Promise<FeatureEvidence | undefined> {
  const [row] = await queryable.execute<FeatureEvidence & Record<string, unknown>>(sql`
    select paths, aliases from feature_evidence where project_id = ${projectId} and feature_id = ${featureId}`);
  return row;
}

const pageSize = 20_000;

/** Digests by id, of links and of what is decided: what a whole computation is compared with. */
export async function loadStoredLinks(
  queryable: Queryable,
  projectId: string,
): Promise<{ links: Map<string, { digest: string; isManual: boolean }>; decided: Map<string, string> }> {
  const links = new Map<string, { digest: string; isManual: boolean }>();
  for (let after = ''; ;) {
    const page = await queryable
      .select({ id: linkTable.id, digest: linkTable.digest, origin: linkTable.origin })
      .from(linkTable)
      .where(and(eq(linkTable.projectId, projectId), gt(linkTable.id, after)))
      .orderBy(asc(linkTable.id))
      .limit(pageSize);
    for (const { id, digest, origin } of page) links.set(id, { digest, isManual: origin === 'manual' });
    if (page.length < pageSize) break;
    after = page.at(-1)!.id;
  }
  const decided = await queryable
    .select({ id: decidedLinks.id, digest: decidedLinks.autoDigest })
    .from(decidedLinks)
    .where(eq(decidedLinks.projectId, projectId));
  return { links, decided: new Map(decided.map(({ id, digest }) => [id, digest])) };
}

export async function loadManualLinks(
  queryable: Queryable,
  projectId: string,
): Promise<readonly ManualLink[]> {
  const rows = await queryable
    .select()
    .from(linkTable)
    .where(and(eq(linkTable.projectId, projectId), eq(linkTable.origin, 'manual')))
    .orderBy(asc(linkTable.id));
  return rows.map((row) => ({
    source: toEntity(row.sourceType, row.sourceId),
    target: toEntity(row.targetType, row.targetId),
    linkType: row.linkType,
    confidence: row.confidence,
    metadata: toGivenMetadata(row.metadata),
  }));
}

export interface StoredLink {
  readonly row: LinkRow | null;
  readonly auto: Omit<DecidedRow, 'id'> | null;
}

/** One link as it stands, and what is derived for its key. */
export async function findStoredLink(queryable: Queryable, id: string, key: LinkKey): Promise<StoredLink> {
  const [found] = await queryable.select().from(linkTable).where(eq(linkTable.id, id));
  const [decided] = await queryable.select().from(decidedLinks).where(eq(decidedLinks.id, id));
  const row = found === undefined ? null : { ...key, id, body: toStoredBody(found), digest: found.digest };
  if (decided !== undefined) {
    return { row, auto: { auto: decided.auto as LinkBody, autoDigest: decided.autoDigest } };
  }
  // A link that only a decision speaks for has nothing derived behind it.
  const isDerived = row !== null && row.body.origin !== 'manual' && row.body.strategy !== 'pinned';
  return { row, auto: isDerived ? { auto: row.body, autoDigest: row.digest } : null };
}

function toStoredBody(row: typeof linkTable.$inferSelect): LinkBody {
  const { origin, strategy, confidence, depth, sortOrder, broken } = row;
  return {
    origin,
    strategy,
    confidence,
    depth,
    sortOrder,
    broken,
    metadata: (row.metadata ?? {}) as LinkBody['metadata'],
    explanation: row.explanation as LinkBody['explanation'],
  };
}

export type LinkStateRow = Omit<typeof linkState.$inferSelect, 'projectId'>;

export const blankState: LinkStateRow = {
  logicVersion: null,
  lastRebuildAt: null,
  trigger: null,
  reason: null,
  linksTotal: 0,
  pending: 0,
  derivedFrom: null,
};

export async function readLinkState(queryable: Queryable, projectId: string): Promise<LinkStateRow> {
  const [row] = await queryable.select().from(linkState).where(eq(linkState.projectId, projectId));
  if (row === undefined) return blankState;
  const { projectId: _project, ...state } = row;
  return state;
}

export async function saveLinkState(
  tx: Transaction,
  projectId: string,
  changes: Partial<LinkStateRow>,
): Promise<void> {
  await tx
    .insert(linkState)
    .values({ projectId, ...blankState, ...changes })
    .onConflictDoUpdate({ target: linkState.projectId, set: changes });
}

/** LK22: sources were indexed and not linked; whatever derives links next looks at everything. */
export async function notePending(tx: Transaction, projectId: string, changes: number): Promise<void> {
  if (changes === 0) return;
  await tx
    .insert(linkState)
    .values({ projectId, ...blankState, pending: changes })
    .onConflictDoUpdate({
      target: linkState.projectId,
      set: { pending: sql`${linkState.pending} + ${changes}` },
    });
}

export async function addToTotal(tx: Transaction, projectId: string, links: number): Promise<number> {
  const [row] = await tx
    .insert(linkState)
    .values({ projectId, ...blankState, linksTotal: Math.max(0, links) })
    .onConflictDoUpdate({
      target: linkState.projectId,
      set: { linksTotal: sql`greatest(0, ${linkState.linksTotal} + ${links})` },
    })
    .returning({ total: linkState.linksTotal });
  return row?.total ?? 0;
}
