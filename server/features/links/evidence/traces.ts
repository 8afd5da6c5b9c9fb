/** Everything in a session that speaks for features: one trace for each way and path, with its uses. */
import { parseCommandArguments, type CommandArguments } from './command-arguments.ts';
import type { FindFeatures } from './path-matches.ts';
import type { CommandUse, EvidenceLookup, SessionFacts } from './session-facts.ts';
import { compareTimes, fileSignals, findCommandWeights, type SignalType } from './signals.ts';
import { toVariantKeys } from './variants.ts';

/** Equal signals but for their time: a file read a hundred times is one trace with a hundred uses. */
export interface Trace {
  readonly type: SignalType;
  readonly path: string;
  readonly weight: number;
  /** By time. */
  readonly uses: readonly Use[];
  /** What a command that left it says about phases. */
  readonly phases: readonly string[];
}

export interface Use {
  readonly at: string | null;
  readonly ref: string;
}

/** By feature, in the order in which the session comes upon them. */
export type FeatureTraces = ReadonlyMap<string, readonly Trace[]>;

export function findTraces(
  session: SessionFacts,
  find: EvidenceLookup,
  findFeatures: FindFeatures,
): FeatureTraces {
  const traces = new Map<string, Trace[]>();
  const leave = (featureId: string, trace: Trace) => {
    const there = traces.get(featureId);
    if (there === undefined) traces.set(featureId, [trace]);
    else there.push(trace);
  };
  for (const command of session.commands) traceCommand(command, find, findFeatures, leave);
  for (const trace of toFileTraces(session)) {
    for (const featureId of findFeatures(trace.path)) leave(featureId, trace);
  }
  return traces;
}

type Leave = (featureId: string, trace: Trace) => void;

function traceCommand(
  command: CommandUse,
  find: EvidenceLookup,
  findFeatures: FindFeatures,
  leave: Leave,
): void {
  const weights = findCommandWeights(command.name);
  if (weights === undefined || command.args.trim() === '') return;
  const named = parseCommandArguments(command.args);
  const phases = command.name.toLowerCase().includes('phase') ? named.phases : [];
  const toTrace = (path: string, weight: number): Trace => ({
    type: 'command_args_path',
    path,
    weight,
    uses: [{ at: command.at, ref: command.ref }],
    phases,
  });
  const told = new Set<string>();
  const tell = (featureIds: Iterable<string>, trace: Trace) => {
    for (const featureId of featureIds) {
      if (told.has(featureId)) continue;
      told.add(featureId);
      leave(featureId, trace);
    }
  };
  for (const path of named.paths) tell(findFeatures(path), toTrace(path, weights.withPath));
  for (const slug of named.slugs) {
    const trace = toTrace(pathOf(named, slug), weights.withoutPath);
    for (const key of toVariantKeys(slug)) tell(find.byAlias(key), trace);
  }
}

/** What the command is about: its leading path, though it is no path of the feature, else the word itself. */
const pathOf = (named: CommandArguments, slug: string): string => named.paths[0] ?? slug;

function toFileTraces(session: SessionFacts): Trace[] {
  const uses = new Map<string, { path: string; action: keyof typeof fileSignals; uses: Use[] }>();
  for (const { path, action, at, ref } of session.files) {
    const key = `${action}\0${path}`;
    const there = uses.get(key);
    if (there === undefined) uses.set(key, { path, action, uses: [{ at, ref }] });
    else there.uses.push({ at, ref });
  }
  return [...uses.values()].map(({ path, action, uses: all }) => ({
    ...fileSignals[action],
    path,
    uses: all.sort((one, other) => compareTimes(one.at, other.at)),
    phases: [],
  }));
}
