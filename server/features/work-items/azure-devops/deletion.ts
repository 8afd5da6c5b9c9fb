/** Work items deleted together, with what became of each (AZ8). */
import { TrackerFailure, type CallOptions, type Deletion, type TargetProject } from '../tracker.ts';
import { deleteItems, mostIds } from './calls.ts';
import { chunksOf } from './chunks.ts';
import type { AzureClient } from './client.ts';
import { toUnreadable } from './failures.ts';
import { readField } from './items.ts';
import { WireDeletions, type WireDeletion } from './wire-deletion.ts';

interface How {
  readonly destroy: boolean;
}

/** Every id has an outcome, in the order they were given. */
export async function deleteMany(
  client: AzureClient,
  project: TargetProject,
  ids: readonly number[],
  how: How,
  options?: CallOptions,
): Promise<readonly Deletion[]> {
  const outcomes: Deletion[] = [];
  for (const chunk of chunksOf([...new Set(ids)], mostIds)) {
    outcomes.push(...(await deleteChunk(client, project, chunk, how, options)));
  }
  return outcomes;
}

async function deleteChunk(
  client: AzureClient,
  project: TargetProject,
  ids: readonly number[],
  how: How,
  options?: CallOptions,
): Promise<readonly Deletion[]> {
  try {
    const told = await send(client, project, ids, how, options);
    return await completeFrom(client, ids, told, options);
  } catch (error) {
    if (!(error instanceof TrackerFailure) || !concernsItems(error)) throw error;
    const [id] = ids;
    if (ids.length === 1 && id !== undefined) return [toRefusal(id, error)];
    // One item that may not be deleted refuses the call: halves find out which one.
    const middle = Math.ceil(ids.length / 2);
    const first = await deleteChunk(client, project, ids.slice(0, middle), how, options);
    const isBegun = first.some(({ outcome }) => outcome === 'deleted');
    const second = deleteChunk(client, project, ids.slice(middle), how, options);
    return [...first, ...(await (isBegun ? begun(second) : second))];
  }
}

/** What fails after something has been deleted is in doubt: whoever asked must read again. */
async function begun<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TrackerFailure)) throw error;
    const { kind, status, upstreamCode, typeKey, activityId } = error;
    throw new TrackerFailure(
      error.message,
      { kind, isAmbiguous: true, status, upstreamCode, typeKey, activityId },
      { cause: error },
    );
  }
}

/** What the service says of each id; nothing at all where it answers without a body. */
async function send(
  client: AzureClient,
  project: TargetProject,
  ids: readonly number[],
  how: How,
  options?: CallOptions,
): Promise<readonly WireDeletion[]> {
  const call = deleteItems(project.id, ids, how);
  const answer = await client.send(call, options);
  if (answer.body === null) return [];
  const parsed = WireDeletions.safeParse(answer.body);
  if (!parsed.success) throw toUnreadable(call, answer, parsed.error);
  return parsed.data.results;
}

/** Ids the answer does not speak of are read again: only the absent ones are deleted. */
async function completeFrom(
  client: AzureClient,
  ids: readonly number[],
  told: readonly WireDeletion[],
  options?: CallOptions,
): Promise<readonly Deletion[]> {
  const byId = new Map(told.map((deletion) => [deletion.id, deletion]));
  const untold = ids.filter((id) => !byId.has(id));
  const left = untold.length === 0 ? undefined : await begun(readWhatIsLeft(client, untold, options));
  return ids.map((id) => {
    const deletion = byId.get(id);
    if (deletion !== undefined) return toDeletion(deletion);
    if (left?.has(id) === true) return { id, outcome: 'failed', code: '204', message: stillThere };
    return { id, outcome: 'deleted', code: '204', message: '' };
  });
}

/** Also when nobody waits any more: what was deleted must be known (PU20). */
async function readWhatIsLeft(
  client: AzureClient,
  ids: readonly number[],
  { onWait, retryBudgetMs }: CallOptions = {},
): Promise<ReadonlyMap<number, unknown>> {
  return await readField(client, ids, 'System.Id', {
    ...(onWait === undefined ? {} : { onWait }),
    ...(retryBudgetMs === undefined ? {} : { retryBudgetMs }),
  });
}

const stillThere = 'The work item is still there after it was deleted without an answer for it.';

function toDeletion({ id, code, message, type }: WireDeletion): Deletion {
  const text = message ?? '';
  if (code >= 200 && code < 300) return { id, outcome: 'deleted', code: String(code), message: text };
  if (code === 404) return { id, outcome: 'gone', code: String(code), message: text };
  return { id, outcome: 'failed', code: String(code), message: withRemedy(text, type ?? '') };
}

const testTypes = /^(Test (Case|Plan|Suite)|Shared (Steps|Parameter))$/i;

/** PU33. */
function withRemedy(message: string, type: string): string {
  if (!testTypes.test(type)) return message;
  return `${message} A ${type} can only be deleted in Test Plans: delete it there, then push again.`.trim();
}

/** Refused because of what it names, not because of who asks or of how the service feels. */
const concernsItems = ({ kind, isAmbiguous, upstreamCode }: TrackerFailure): boolean =>
  !isAmbiguous && (kind === 'rejected' || (kind === 'not-found' && upstreamCode === missingItem));

const missingItem = 'TF401232';

function toRefusal(id: number, { kind, message, status, upstreamCode }: TrackerFailure): Deletion {
  const outcome = kind === 'not-found' ? 'gone' : 'failed';
  return { id, outcome, code: upstreamCode ?? String(status), message };
}
