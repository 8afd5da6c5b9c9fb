/** Siblings created by one `$batch`: each entry made, refused or in doubt (AZ14). */
import { z } from 'zod';
import {
  TrackerFailure,
  type CallOptions,
  type CreateOutcome,
  type NewItem,
  type TargetProject,
} from '../tracker.ts';
import { createBatch, mostBatched, type AzureCall } from './calls.ts';
import type { AzureClient } from './client.ts';
import { requireDistinctFields } from './distinct-fields.ts';
import { toEntryFailure } from './failures.ts';
import { toTargetItem } from './target-item.ts';
import { WireItem } from './wire-item.ts';

export async function createMany(
  client: AzureClient,
  project: TargetProject,
  items: readonly NewItem[],
  options?: CallOptions,
): Promise<readonly CreateOutcome[]> {
  if (items.length === 0) return [];
  if (items.length > mostBatched) throw new RangeError(`A batch may have ${mostBatched} items at most.`);
  for (const { patch } of items) requireDistinctFields(patch);
  const call = createBatch(project.id, items);
  const { value: entries } = await client.read(call, WireBatch, options);
  if (isRefusedAsAWhole(entries, items)) throw refusal(entries[0], call);
  const isComplete = entries.length === items.length;
  return items.map((item, index) => {
    const outcome = toOutcome(client, entries[index], call);
    return isComplete || isSurely(outcome, item) ? outcome : { ok: false, failure: inDoubt(entries, items) };
  });
}

const WireEntry = z.object({ code: z.number().int(), body: z.unknown().optional() });
type WireEntry = z.infer<typeof WireEntry>;
const WireBatch = z.object({ value: z.array(WireEntry) });

/** One entry that says no, for many that were sent. */
function isRefusedAsAWhole(
  entries: readonly WireEntry[],
  items: readonly NewItem[],
): entries is readonly [WireEntry] {
  const [first] = entries;
  return items.length > 1 && entries.length === 1 && first !== undefined && first.code >= 400;
}

/**
 * A malformed batch is answered so, and then nothing was made; a cut answer whose first entry failed looks the same.
 * So it stays in doubt: whoever sent it looks the items up before it sends them again (RC4).
 */
function refusal(entry: WireEntry, call: AzureCall): TrackerFailure {
  const failure = toEntryFailure(entry.code, toBody(entry.body), call);
  const { kind, status, upstreamCode, typeKey, fieldErrors } = failure;
  return new TrackerFailure(
    failure.message,
    { kind, isAmbiguous: true, status, upstreamCode, typeKey, fieldErrors },
    { cause: failure },
  );
}

function toOutcome(client: AzureClient, entry: WireEntry | undefined, call: AzureCall): CreateOutcome {
  const status = entry?.code ?? 0;
  const body = toBody(entry?.body);
  const item = status >= 200 && status < 300 ? WireItem.safeParse(body).data : undefined;
  if (item !== undefined) return { ok: true, item: toTargetItem(client, item) };
  return { ok: false, failure: toEntryFailure(status, body, { ...call, purpose: 'create the work item' }) };
}

/** In a short answer the places mean nothing: only what shows itself to be the item is taken for it. */
function isSurely(outcome: CreateOutcome, { type, patch }: NewItem): boolean {
  if (!outcome.ok) return false;
  const title = patch.find(({ path }) => path === '/fields/System.Title')?.value;
  const { item } = outcome;
  return typeof title === 'string' && item.type === type && item.fields['System.Title'] === title.trim();
}

const inDoubt = (entries: readonly unknown[], items: readonly unknown[]) =>
  new TrackerFailure(
    `Azure DevOps answered for ${entries.length} of ${items.length} work items of a batch; this one may have been made.`,
    { kind: 'unreadable', isAmbiguous: true, status: 200 },
  );

/** A text that holds JSON (AZ14). */
function toBody(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
