/** What is known of the target and of our ledger: read for a plan, and kept true while the plan is carried out. */
import type { PushWarning, SourceItem, SourceTree } from '../../../../shared/work-items.ts';
import type { Db } from '../../../db/open.ts';
import type { LedgerEntry, MappedItem } from '../planned.ts';
import type { TargetItem } from '../tracker.ts';
import { settleDoubts } from './doubts.ts';
import { loadLedger } from './ledger-store.ts';
import { LookUp, type Found, type Sought } from './look-up.ts';
import type { PushTiming } from './push-parts.ts';
import type { TargetAccess } from './target-access.ts';

export interface World {
  readonly ledger: Map<string, LedgerEntry>;
  /** Every work item that the ledger or a marker names, if it exists. */
  readonly existing: Map<number, TargetItem>;
  readonly byMarker: Map<string, readonly number[]>;
  /** Source ids that may exist, and could not be looked for: nothing may be sent for them (RC4). */
  readonly undecided: Map<string, string>;
  readonly lookUp: LookUp;
  readonly warnings: readonly PushWarning[];
}

interface WorldOptions {
  readonly db: Db;
  readonly access: TargetAccess;
  readonly tree: SourceTree;
  readonly mapped: ReadonlyMap<string, MappedItem>;
  readonly timing: PushTiming;
  readonly now: Date;
  readonly signal: AbortSignal;
}

export async function readWorld(options: WorldOptions): Promise<World> {
  const { db, access, tree, signal } = options;
  const ids = tree.items.map(({ sourceId }) => sourceId);
  const ledger = await loadLedger(db, access.key, ids);
  signal.throwIfAborted();
  const present = [...ledger.values()].flatMap(({ state, workItemId }) =>
    state === 'present' && workItemId !== null ? [workItemId] : [],
  );
  const existing = new Map(await access.tracker.readItems(present, access.calls));
  const lookUp = new LookUp(access);
  const unknown = tree.items.filter(({ sourceId }) => ledger.get(sourceId)?.state !== 'present');
  const found = await findUnknown(unknown, ledger, lookUp, options);
  for (const item of [...found.items.values()].flat()) existing.set(item.id, item);
  const byMarker = new Map(
    [...found.items].map(([sourceId, items]) => [sourceId, items.map(({ id }) => id)]),
  );
  return { ledger, existing, byMarker, undecided: found.undecided, lookUp, warnings: found.warnings };
}

interface Unknown {
  readonly items: ReadonlyMap<string, readonly TargetItem[]>;
  readonly undecided: Map<string, string>;
  readonly warnings: readonly PushWarning[];
}

/** RC7: what has no ledger row may exist all the same; RC9: what was intended is looked for as after a lost answer. */
async function findUnknown(
  unknown: readonly SourceItem[],
  ledger: ReadonlyMap<string, LedgerEntry>,
  lookUp: LookUp,
  options: WorldOptions,
): Promise<Unknown> {
  const sought = unknown.map((item) => toSought(item, options.mapped, ledger.get(item.sourceId)));
  const isOpen = ({ sourceId }: Sought) => ledger.get(sourceId)?.state === 'intent';
  const undecided = new Map<string, string>();
  const items = new Map<string, readonly TargetItem[]>();

  const rest = sought.filter((one) => !isOpen(one));
  for (const [sourceId, found] of await findWithoutRow(rest, lookUp)) items.set(sourceId, found);
  const intents = sought.filter(isOpen);
  const settled = await settleDoubts(intents, {
    lookUp,
    timing: options.timing,
    waitsMs: toWaits(intents, options),
    signal: options.signal,
  });
  for (const [sourceId, answer] of settled) {
    if (answer.kind === 'found') items.set(sourceId, answer.items);
    if (answer.kind === 'unknown') undecided.set(sourceId, answer.failure.message);
  }
  return { items, undecided, warnings: [] };
}

/** Of an intent that is old enough, whatever it came to can be seen by now. */
function toWaits(intents: readonly Sought[], { timing, now }: WorldOptions): readonly number[] {
  if (intents.length === 0) return [];
  const newest = Math.max(...intents.map(({ since }) => since?.getTime() ?? 0));
  const inAllMs = timing.lookUpWaitsMs.reduce((sum, waitMs) => sum + waitMs, 0);
  return now.getTime() - newest > inAllMs ? [0] : timing.lookUpWaitsMs;
}

/**
 * A hyperlink look-up is one call for many items; the others are a call for each. The first item is looked for in
 * every way: if only another way finds it, hyperlinks are not seen here and all are looked for by the others.
 */
async function findWithoutRow(sought: readonly Sought[], lookUp: LookUp): Promise<Found> {
  const [first] = sought;
  if (first === undefined) return new Map();
  const found = await lookUp.findByHyperlink(sought);
  if (found.has(first.sourceId)) return found;
  const canary = await lookUp.find([first]);
  if (!canary.has(first.sourceId)) return found;
  await lookUp.verify(first);
  const missing = sought.filter(({ sourceId }) => !found.has(sourceId));
  return new Map([...found, ...(await lookUp.find(missing))]);
}

function toSought(
  { sourceId }: SourceItem,
  mapped: ReadonlyMap<string, MappedItem>,
  entry: LedgerEntry | undefined,
): Sought {
  const { targetType, title } = mapped.get(sourceId) ?? { targetType: null, title: '' };
  const type = entry?.state === 'intent' ? entry.workItemType : (targetType ?? '');
  return { sourceId, type, title, since: entry?.intentAt ?? null };
}
