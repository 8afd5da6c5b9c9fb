/** The fake without its socket: the two services, their faults, and all that a test may ask of them. */
import { createWorkspace, type ArdoqWorkspaceSeed } from './ardoq-workspace.ts';
import type { DescriptionCheck } from './azure-service.ts';
import { identityOf, type Call } from './call.ts';
import { createFaults, type FaultRule } from './faults.ts';
import { changeBySomebodyElse } from './item-change.ts';
import { seedItem, seedMany, type ItemSeed, type ManyItemsSeed } from './item-seed.ts';
import { countByMarker } from './marker.ts';
import { judge, type Judged, type Outcome } from './outcome.ts';
import type { ProjectSeed } from './project.ts';
import { createRequestLog, type LoggedRequest } from './request-log.ts';
import { listItems, takeSnapshot, type SnapshotItem } from './snapshot.ts';
import { defaultSwitches, type Switches } from './switches.ts';
import type { EarlyCall } from './throttle.ts';
import type { FieldValue } from './work-item.ts';
import { addProject, createWorld, type FakeSettings } from './world.ts';

export interface Seed {
  readonly projects?: readonly ProjectSeed[];
  /** In order, so that one may be the parent of a later one. */
  readonly items?: readonly ItemSeed[];
  readonly many?: ManyItemsSeed;
  readonly ardoq?: readonly ArdoqWorkspaceSeed[];
}

export interface Seeded {
  readonly projects: readonly { readonly id: string; readonly name: string }[];
  readonly items: readonly number[];
  readonly workspaces: readonly string[];
}

/** FK1: somebody broke the published description. */
export interface Breach {
  readonly seq: number;
  readonly text: string;
}

export const toBreachText = (breaches: readonly Breach[]): string =>
  `The published description was broken:\n${breaches.map(({ seq, text }) => `#${seq} ${text}`).join('\n')}`;

export interface Fake {
  readonly switches: Switches;
  /** Back to the first day: items, faults, log, switches. Breaches stay, so that no reset hides one. */
  reset(): void;
  seed(seed: Seed): Seeded;
  addFault(rule: FaultRule): void;
  clearFaults(): void;
  /** Canonical JSON of all that is stored. */
  snapshot(): string;
  requests(): readonly LoggedRequest[];
  clearRequests(): void;
  breaches(): readonly Breach[];
  /** Breaches a test expected: they no longer fail it. */
  takeBreaches(): readonly Breach[];
  /** Calls that came before their Retry-After was over. */
  earlyCalls(): readonly EarlyCall[];
  /** Live work items for each marker URL. */
  countByMarker(): Readonly<Record<string, number>>;
  items(): readonly SnapshotItem[];
  /** Somebody else changes a work item. */
  touch(id: number, fields?: Readonly<Record<string, FieldValue>>): void;
}

export interface FakeCore extends Fake {
  receive(call: Call): Outcome;
}

export function createFake(
  settings: FakeSettings,
  initial: Readonly<Switches>,
  check: DescriptionCheck,
  nowMs: () => number,
): FakeCore {
  const switches: Switches = { ...initial };
  const faults = createFaults();
  const log = createRequestLog();
  let world = createWorld(settings, switches, nowMs);
  let breaches: Breach[] = [];

  return {
    switches,
    reset() {
      Object.assign(switches, defaultSwitches, initial);
      faults.clear();
      log.clear();
      world = createWorld(settings, switches, nowMs);
    },
    seed({ projects = [], items = [], many, ardoq = [] }) {
      const added = projects.map((project) => addProject(world, project));
      const workspaces = ardoq.map((each) => createWorkspace(each, world.random, world.nowMs()));
      for (const workspace of workspaces) world.workspaces.set(workspace.id, workspace);
      return {
        projects: added.map(({ id, name }) => ({ id, name })),
        items: [
          ...items.map((item) => seedItem(world, item)),
          ...(many === undefined ? [] : seedMany(world, many)),
        ],
        workspaces: workspaces.map(({ id }) => id),
      };
    },
    addFault: faults.add,
    clearFaults: faults.clear,
    snapshot: () => takeSnapshot(world),
    requests: () => [...log.all()],
    clearRequests: log.clear,
    breaches: () => [...breaches],
    takeBreaches() {
      const taken = breaches;
      breaches = [];
      return taken;
    },
    earlyCalls: () => world.throttle.early(),
    countByMarker: () => countByMarker(world.items),
    items: () => listItems(world),
    touch: (id, fields) => changeBySomebodyElse(world, id, fields),
    receive(call) {
      const entry = log.note(call, switches.logBodies);
      world.throttle.noteArrival(identityOf(call), call.atMs);
      const fault = faults.take(call);
      const { outcome, breaches: found } = judgeSafely(world, check, call, fault);
      entry.fault = fault?.kind ?? null;
      entry.status = outcome.end === 'reply' ? outcome.reply.status : null;
      breaches.push(
        ...found.map((text) => ({ seq: entry.seq, text: `${call.method} ${call.target}: ${text}` })),
      );
      return outcome;
    },
  };
}

/** A mistake of the fake itself must not pass for a fault somebody asked for. */
function judgeSafely(...[world, check, call, fault]: Parameters<typeof judge>): Judged {
  try {
    return judge(world, check, call, fault);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const reply = { status: 500, html: 'The fake itself failed.' };
    return {
      outcome: { end: 'reply', reply, delayMs: 0, isTruncated: false },
      breaches: [`the fake itself failed: ${text}`],
    };
  }
}
