/** A stored link as the audit understands it: whatever is damaged reads as nothing, and never fails (AU11). */
import { compareSignals } from '../evidence/signals.ts';

/** As it comes out of the database; nothing of it is believed. */
export interface StoredLink {
  readonly linkId: string;
  readonly featureId: string;
  readonly sessionId: string;
  readonly confidence: unknown;
  readonly metadata: unknown;
  readonly fanout: unknown;
}

export interface AuditedLink {
  readonly linkId: string;
  readonly featureId: string;
  readonly sessionId: string;
  readonly confidence: number;
  readonly share: number;
  readonly fanout: number;
  readonly title: string;
  readonly commands: readonly string[];
  readonly signal: AuditedSignal | undefined;
  readonly signalCount: number;
}

export interface AuditedSignal {
  readonly type: string;
  /** Trimmed, without what wraps it, `/` for `\`, in lower case (AU12). */
  readonly path: string;
}

export function readStoredLink({ linkId, featureId, sessionId, ...stored }: StoredLink): AuditedLink {
  const metadata = toObject(stored.metadata);
  const signals = toItems(metadata.signals).map(toObject);
  return {
    linkId,
    featureId,
    sessionId,
    confidence: toNumber(stored.confidence),
    share: toNumber(metadata.ambiguityShare),
    fanout: toNumber(stored.fanout),
    title: toText(metadata.title),
    commands: toItems(metadata.commands).filter(isText),
    signal: chooseSignal(signals),
    signalCount: isNumber(metadata.signalCount) ? metadata.signalCount : signals.length,
  };
}

type Json = Readonly<Record<string, unknown>>;

/** The first command by weight and time: a write in front must not hide that a command names something else. */
function chooseSignal(signals: readonly Json[]): AuditedSignal | undefined {
  const [command] = signals
    .filter(({ type }) => type === 'command_args_path')
    .map(({ path, weight, at }) => ({ path, weight: toNumber(weight), at: toText(at) || null }))
    .sort(compareSignals);
  if (command !== undefined) return { type: 'command_args_path', path: toAuditedPath(command.path) };
  const [first] = signals;
  return first === undefined ? undefined : { type: toText(first.type), path: toAuditedPath(first.path) };
}

export function toAuditedPath(path: unknown): string {
  return toText(path).replace(wrapping, '').replaceAll('\\', '/').toLowerCase();
}

const wrapping = /^[\s"'`<>[\](),;]+|(?<![\s"'`<>[\](),;])[\s"'`<>[\](),;]+$/g;

const toNumber = (value: unknown): number => (isNumber(value) ? value : 0);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const toText = (value: unknown): string => (isText(value) ? value : '');
const isText = (value: unknown): value is string => typeof value === 'string';
const toItems = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const toObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
