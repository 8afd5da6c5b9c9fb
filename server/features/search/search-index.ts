/** Keeps search up with what changed: after the rows are visible, and before the operation says that it is done (SY11). */
import type { ProjectId } from '../../../shared/ids.ts';
import type { SearchKind } from '../../../shared/views/search.ts';
import type { ChangedRows, Prepared, SourceChange } from '../../core/source-change.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { Db, Queryable, Transaction } from '../../db/open.ts';
import { createPacer } from '../../platform/pacer.ts';
import { inParallel, toBatches } from './batches.ts';
import { toDigest, toVectors, type Searchable } from './entry.ts';
import {
  loadDigests,
  noteFilledFrom,
  readFilledFrom,
  removeEntries,
  saveEntries,
  settleIndex,
  type NewEntry,
} from './search-store.ts';

/** A thing without its text, which is only read when it is to be indexed. */
export interface Outline extends Omit<Searchable, 'text' | 'kind'> {
  /** Changes with the text. */
  readonly textHash: string;
  /** About, in bytes: a few huge texts are not read at once. */
  readonly textSize?: number;
}

/** Where one kind of thing comes from; other features provide it. */
export interface SearchSource {
  /** Pages of at most 1,000; null for all of the project. */
  outlines(
    queryable: Queryable,
    projectId: ProjectId,
    ids: readonly string[] | null,
  ): AsyncIterable<readonly Outline[]>;
  texts(
    queryable: Queryable,
    projectId: ProjectId,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
}

export interface SearchIndexOptions {
  readonly db: Db;
  readonly sources: Readonly<Record<SearchKind, SearchSource>>;
}

/** Rows derived in the same operation: they are only there once its last transaction has written them. */
export interface DerivedRows {
  readonly features: ChangedRows;
  readonly tasks: ChangedRows;
}

/** Things of ordinary size, so that a batch is about a megabyte of words. */
const batchSize = 100;
const ordinarySize = 10_000;
/** One takes texts apart while the other waits for the database. */
const writers = 2;
const fewAtMost = 20;
/** After so many the index is put in order at once, not by and by. */
const settledFrom = 500;

export class SearchIndex {
  readonly #options: SearchIndexOptions;

  constructor(options: SearchIndexOptions) {
    this.#options = options;
  }

  /** Phase `search`. Many documents and sessions are filled at once; a few, and what is derived, join the last transaction. */
  async prepare(
    context: OperationContext,
    change: SourceChange,
    readDerived: () => Promise<DerivedRows>,
  ): Promise<Prepared> {
    const { projectId, documents, sessions, before } = change;
    const isBehind = (await readFilledFrom(this.#options.db, projectId)) !== before;
    const isWhole = change.isWhole || isBehind;
    // Nothing is derived from nothing: features and tasks need not be asked for.
    if (!isWhole && isEmpty(documents) && isEmpty(sessions)) {
      context.skip(['search'], 'nothing that is searched has changed');
      return {
        stats: {},
        commit: async (tx, _emit, after) => {
          if (after !== before) await noteFilledFrom(tx, projectId, after);
        },
      };
    }
    context.enter('search');
    const progress = createProgress(context);
    const toScope = (rows: ChangedRows): Scope => (isWhole ? { ...rows, changed: 'all' } : rows);
    const saveDocuments = await this.#fill(context, projectId, 'document', toScope(documents), progress);
    const saveSessions = await this.#fill(context, projectId, 'session', toScope(sessions), progress);
    const derived = isWhole ? null : await readDerived();
    return {
      stats: {},
      commit: async (tx, _emit, after) => {
        await saveDocuments(tx);
        await saveSessions(tx);
        await this.#settle(tx, context, projectId, 'feature', derived?.features ?? everything);
        await this.#settle(tx, context, projectId, 'task', derived?.tasks ?? everything);
        await noteFilledFrom(tx, projectId, after);
      },
    };
  }

  /** Batches of their own: readers see whole entries, and a run that is cut off has not worked for nothing. */
  async #fill(
    context: OperationContext,
    projectId: ProjectId,
    kind: SearchKind,
    scope: Scope,
    progress: Progress,
  ): Promise<(tx: Transaction) => Promise<void>> {
    const { db } = this.#options;
    const { stale, gone } = await this.#findStale(db, context, projectId, kind, scope);
    progress.expect(stale.length);
    const batches = [...toBatches(stale, batchSize, weigh)];
    // A transaction of its own would cost more than a few rows do.
    const few = stale.length <= fewAtMost && batches.length === 1 ? batches.splice(0).flat() : [];
    const entries = few.length > 0 ? await this.#read(db, context, projectId, few) : [];
    await inParallel(batches, writers, async (batch) => {
      const read = await this.#read(db, context, projectId, batch);
      await context.transact((tx) => saveEntries(tx, projectId, read));
      context.count('searchIndexed', read.length);
      progress.add(batch.length);
    });
    if (stale.length > settledFrom) await settleIndex(db);
    context.count('searchIndexed', entries.length);
    progress.add(entries.length);
    return async (tx) => {
      await saveEntries(tx, projectId, entries);
      await removeEntries(tx, projectId, kind, gone);
    };
  }

  async #settle(
    tx: Transaction,
    context: OperationContext,
    projectId: ProjectId,
    kind: SearchKind,
    scope: Scope,
  ): Promise<void> {
    const { stale, gone } = await this.#findStale(tx, context, projectId, kind, scope);
    for (const batch of toBatches(stale, batchSize, weigh)) {
      await saveEntries(tx, projectId, await this.#read(tx, context, projectId, batch));
    }
    context.count('searchIndexed', stale.length);
    await removeEntries(tx, projectId, kind, gone);
  }

  async #findStale(
    queryable: Queryable,
    { signal }: OperationContext,
    projectId: ProjectId,
    kind: SearchKind,
    scope: Scope,
  ): Promise<{ stale: StaleThing[]; gone: string[] }> {
    const { changed, removed } = scope;
    const ids = changed === 'all' ? null : [...changed].filter((id) => !removed.has(id));
    if (ids?.length === 0) return { stale: [], gone: [...removed] };
    const source = this.#options.sources[kind];
    const digests = await loadDigests(queryable, projectId, kind, ids);
    const stale: StaleThing[] = [];
    const pacer = createPacer(signal);
    for await (const page of source.outlines(queryable, projectId, ids)) {
      for (const { textHash, textSize, ...outline } of page) {
        // Still there until the last transaction, whose first act is to remove it.
        if (removed.has(outline.entityId)) continue;
        const digest = toDigest({ ...outline, kind }, textHash);
        if (digests.get(outline.entityId) !== digest) {
          stale.push({ outline: { ...outline, kind }, textSize: Number(textSize ?? 0), digest });
        }
        digests.delete(outline.entityId);
        if (pacer.isDue()) await pacer.rest();
      }
    }
    // What is left was indexed and is no more; removed documents take their entries with them.
    return { stale, gone: kind === 'document' ? [] : [...new Set([...removed, ...digests.keys()])] };
  }

  async #read(
    queryable: Queryable,
    { signal }: OperationContext,
    projectId: ProjectId,
    batch: readonly StaleThing[],
  ): Promise<NewEntry[]> {
    const { kind } = batch[0]!.outline;
    const ids = batch.map(({ outline }) => outline.entityId);
    const texts = await this.#options.sources[kind].texts(queryable, projectId, ids);
    const pacer = createPacer(signal);
    const entries: NewEntry[] = [];
    for (const { outline, digest } of batch) {
      const text = texts.get(outline.entityId);
      // Gone since: whoever removed it is after us in the lane.
      if (text === undefined) continue;
      const thing = { ...outline, text };
      entries.push({ thing, vectors: await toVectors(thing, pacer), digest });
      if (pacer.isDue()) await pacer.rest();
    }
    return entries;
  }
}

interface Scope {
  readonly changed: ReadonlySet<string> | 'all';
  readonly removed: ReadonlySet<string>;
}

const everything: Scope = { changed: 'all', removed: new Set() };

interface StaleThing {
  readonly outline: Omit<Searchable, 'text'>;
  readonly textSize: number;
  readonly digest: string;
}

const weigh = ({ textSize }: StaleThing): number => Math.max(1, textSize / ordinarySize);

const isEmpty = ({ changed, removed }: ChangedRows): boolean => changed.size === 0 && removed.size === 0;

interface Progress {
  expect(rows: number): void;
  add(rows: number): void;
}

function createProgress(context: OperationContext): Progress {
  let [total, done] = [0, 0];
  return {
    expect(rows) {
      total += rows;
      context.progress(done, {}, total);
    },
    add(rows) {
      done += rows;
      context.progress(done, {}, total);
    },
  };
}
