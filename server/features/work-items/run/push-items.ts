/** Carries a plan out, depth first in source order: one unit after another, or siblings side by side (PU18, AZ22). */
import type { PlannedItem } from '../planned.ts';
import type { ItemOutcome } from './item-outcome.ts';
import { perform } from './perform.ts';
import type { Performed, Stage } from './stage.ts';
import { toUnits, type Unit } from './units.ts';

interface Flight {
  readonly unit: Unit;
  readonly performed: Promise<Performed>;
}

export interface PushOptions {
  readonly concurrency: number;
  readonly batchSize: number;
}

/** Throws when the push must end; what was under way then is finished and recorded first. */
export async function pushItems(
  stage: Stage,
  items: readonly PlannedItem[],
  { concurrency, batchSize }: PushOptions,
): Promise<void> {
  const { signal } = stage.context;
  const units = toUnits(items, batchSize);
  const flights: Flight[] = [];
  try {
    for (const [index, unit] of units.entries()) {
      while (mustLand(flights, unit, concurrency)) await landFirst(stage, flights);
      signal.throwIfAborted();
      const flight = { unit, performed: perform(stage, unit) };
      // Heard when it lands.
      flight.performed.catch(() => undefined);
      flights.push(flight);
      for (const next of units.slice(index + 1, index + 1 + concurrency)) stage.intents.ahead(next.items);
    }
    while (flights.length > 0) await landFirst(stage, flights);
    await stage.recorder.settle();
    signal.throwIfAborted();
  } catch (failure) {
    await landRest(stage, flights);
    throw failure;
  }
}

/** Only siblings are under way together, so a parent has landed before its children start. */
const mustLand = (flights: readonly Flight[], { parentId }: Unit, concurrency: number): boolean =>
  flights.length >= concurrency || (flights[0] !== undefined && flights[0].unit.parentId !== parentId);

async function landFirst(stage: Stage, flights: Flight[]): Promise<void> {
  const [first] = flights;
  if (first === undefined) return;
  const { outcomes, fatal } = await first.performed;
  flights.shift();
  for (const outcome of outcomes) note(stage, outcome);
  await stage.recorder.room();
  if (fatal !== null) throw fatal;
}

/** What the service has answered must not be forgotten, whatever else has failed. Never rejects. */
async function landRest(stage: Stage, flights: Flight[]): Promise<void> {
  for (const { performed } of flights.splice(0)) {
    const [answer] = await Promise.allSettled([performed]);
    if (answer.status !== 'fulfilled') continue;
    for (const outcome of answer.value.outcomes) note(stage, outcome);
  }
  await Promise.allSettled([stage.recorder.settle()]);
  await Promise.allSettled([stage.recorder.forget(stage.intents.spare)]);
}

/** Children may follow at once; the record is on its way, and `room` holds the push back until it gets on. */
function note(stage: Stage, outcome: ItemOutcome): void {
  const { item, end } = outcome;
  if (end.status === 'failed') stage.lost.set(item.sourceId, item);
  else if (end.status !== 'skipped') stage.placed.set(item.sourceId, end.workItemId);
  else {
    const ancestor = item.parentId === null ? undefined : stage.lost.get(item.parentId);
    if (ancestor !== undefined) stage.lost.set(item.sourceId, ancestor);
  }
  // A failure to store it is thrown by `room` and `settle`.
  stage.recorder.record(outcome).catch(() => undefined);
}
