/** Makes work items, each once: what may have been made is looked for before anything is sent again (RC2, RC4, AZ14). */
import type { PlannedItem } from '../planned.ts';
import { TrackerFailure, type CreateOutcome, type TargetItem } from '../tracker.ts';
import { settleDoubts, type Settled } from './doubts.ts';
import { removeDuplicates } from './duplicates.ts';
import { toAmbiguous, toCreated, toRefused } from './outcomes.ts';
import { findProjectLoss } from './project-gone.ts';
import {
  joinPerformed,
  parentIdIn,
  performed,
  toSoughtItem,
  untouched,
  type Performed,
  type Stage,
} from './stage.ts';

/** Siblings with one parent. */
export async function createItems(
  stage: Stage,
  items: readonly [PlannedItem, ...PlannedItem[]],
): Promise<Performed> {
  await stage.intents.ready(items);
  if (stage.context.signal.aborted) return untouched;
  stage.intents.sent(items);
  const [first, ...more] = items;
  const answers = await (more.length === 0 ? sendOne(stage, first) : sendMany(stage, items));
  if (answers === null) return untouched;
  return await judge(stage, items, answers);
}

/** Null for a call that was certainly not made because the push was told to stop. */
async function sendOne(stage: Stage, planned: PlannedItem): Promise<readonly CreateOutcome[] | null> {
  const { access } = stage.prepared;
  try {
    const item = access.toNewItem(planned, parentIdIn(stage, planned));
    return [{ ok: true, item: await access.tracker.create(access.project, item, access.calls) }];
  } catch (failure) {
    return toAnswer(stage, failure);
  }
}

async function sendMany(
  stage: Stage,
  items: readonly PlannedItem[],
): Promise<readonly CreateOutcome[] | null> {
  const { access } = stage.prepared;
  try {
    const fresh = items.map((planned) => access.toNewItem(planned, parentIdIn(stage, planned)));
    return await access.tracker.createMany(access.project, fresh, access.calls);
  } catch (failure) {
    // A batch that is refused as a whole, or is not offered at all, says nothing of its items: they are sent one by one.
    if (failure instanceof TrackerFailure && batchRefusals.has(failure.kind) && !failure.isAmbiguous) {
      return await sendEach(stage, items);
    }
    const [answer] = toAnswer(stage, failure) ?? [];
    return answer === undefined ? null : items.map(() => answer);
  }
}

const batchRefusals: ReadonlySet<TrackerFailure['kind']> = new Set(['rejected', 'not-found']);

async function sendEach(stage: Stage, items: readonly PlannedItem[]): Promise<readonly CreateOutcome[]> {
  const answers: CreateOutcome[] = [];
  for (const planned of items) {
    const answer = stage.context.signal.aborted ? null : await sendOne(stage, planned);
    if (answer === null) break;
    answers.push(...answer);
  }
  return answers;
}

function toAnswer({ context }: Stage, failure: unknown): readonly CreateOutcome[] | null {
  if (failure instanceof TrackerFailure) return [{ ok: false, failure }];
  if (context.signal.aborted) return null;
  throw failure;
}

async function judge(
  stage: Stage,
  items: readonly PlannedItem[],
  answers: readonly CreateOutcome[],
): Promise<Performed> {
  const doubtful = items.filter((_planned, index) => isInDoubt(answers[index]));
  const settled = doubtful.length === 0 ? new Map<string, Performed>() : await settle(stage, doubtful);
  const all: Performed[] = [];
  for (const [index, planned] of items.entries()) {
    const answer = answers[index];
    if (answer === undefined) break;
    const known = settled.get(planned.item.sourceId);
    all.push(known ?? (await conclude(stage, planned, answer)));
  }
  return joinPerformed(all);
}

/** Rejected credentials end the push: the look-up would be refused too, and the intent stays (AZ19). */
const isInDoubt = (answer: CreateOutcome | undefined): boolean =>
  answer?.ok === false && answer.failure.isAmbiguous && answer.failure.kind !== 'auth';

async function conclude(stage: Stage, planned: PlannedItem, answer: CreateOutcome): Promise<Performed> {
  if (answer.ok) return await toMade(stage, planned, answer.item);
  const refused = toRefused(stage, planned, answer.failure);
  if (answer.failure.kind !== 'not-found' || refused.fatal !== null) return refused;
  return { ...refused, fatal: await findProjectLoss(stage) };
}

async function toMade(stage: Stage, planned: PlannedItem, item: TargetItem): Promise<Performed> {
  await verifyLookUp(stage, planned);
  return performed(toCreated(stage, planned, item));
}

/** RC5: the first create of a push shows whether a look-up would find it. */
async function verifyLookUp(stage: Stage, planned: PlannedItem): Promise<void> {
  const { lookUp } = stage.prepared.world;
  if (lookUp.isVerified || stage.context.signal.aborted) return;
  try {
    for (const warning of await lookUp.verify(toSoughtItem(stage, planned))) stage.warn(warning);
  } catch (failure) {
    // Nothing depends on it yet: a look-up that is needed and fails is judged where it is needed.
    if (!(failure instanceof TrackerFailure) && !stage.context.signal.aborted) throw failure;
  }
}

async function settle(
  stage: Stage,
  doubtful: readonly PlannedItem[],
): Promise<ReadonlyMap<string, Performed>> {
  for (const planned of doubtful) stage.doubted.set(planned.item.sourceId, planned);
  const answers = await lookFor(stage, doubtful);
  const settled = new Map<string, Performed>();
  for (const planned of doubtful) {
    const answer = answers?.get(planned.item.sourceId);
    settled.set(
      planned.item.sourceId,
      answer?.kind === 'absent' ? await createAgain(stage, planned) : toPerformed(stage, planned, answer),
    );
  }
  return settled;
}

/** Null when the push was told to stop meanwhile. */
async function lookFor(
  { context, parts, prepared, ...stage }: Stage,
  doubtful: readonly PlannedItem[],
): Promise<ReadonlyMap<string, Settled> | null> {
  const sought = doubtful.map((planned) => toSoughtItem({ context, parts, prepared, ...stage }, planned));
  const { timing } = parts;
  try {
    return await settleDoubts(sought, {
      lookUp: prepared.world.lookUp,
      timing,
      waitsMs: timing.lookUpWaitsMs,
      signal: context.signal,
    });
  } catch (failure) {
    if (context.signal.aborted) return null;
    throw failure;
  }
}

function toPerformed(stage: Stage, planned: PlannedItem, answer: Settled | undefined): Performed {
  if (answer?.kind === 'found') return performed(toCreated(stage, planned, answer.items[0]));
  const because =
    answer?.kind === 'unknown' ? answer.failure.message : 'the push was told to stop before it was found.';
  return performed(toAmbiguous(stage, planned, because));
}

/** It was not found after all look-ups: one new create, and no third. */
async function createAgain(stage: Stage, planned: PlannedItem): Promise<Performed> {
  const answers = stage.context.signal.aborted ? null : await sendOne(stage, planned);
  const [answer] = answers ?? [];
  if (answer === undefined) return performed(toAmbiguous(stage, planned, 'the push was told to stop.'));
  if (answer.ok)
    return performed(toCreated(stage, planned, await removeDuplicates(stage, planned, answer.item)));
  if (!isInDoubt(answer)) {
    // Of the first create nobody is sure even now.
    const { outcomes, fatal } = await conclude(stage, planned, answer);
    return { outcomes: outcomes.map((outcome) => ({ ...outcome, dropped: null })), fatal };
  }
  const settled = (await lookFor(stage, [planned]))?.get(planned.item.sourceId);
  if (settled?.kind !== 'absent') return toPerformed(stage, planned, settled);
  return performed(toAmbiguous(stage, planned, 'it was sent twice, and neither answered nor found.'));
}
