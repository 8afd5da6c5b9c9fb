/** Opens a reader on a log of either program, anew or where an earlier one stopped (SE8, SE21). */
import { readClaudeRecord, readFlatProgress } from './claude-record.ts';
import { readCodexRecord } from './codex-record.ts';
import { createDeltaDraft, toDelta } from './delta-draft.ts';
import { createProgressFinder } from './flat-progress.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Agent, LogPlace, LogReader, ReaderState } from './reading.ts';
import { createSessionDraft, toSummary, type SessionDraft } from './session-draft.ts';

/** Of what states hold; a log whose stored state is of another version is read from 0. */
export const readerVersion = 1;

const readRecord = { claude: readClaudeRecord, codex: readCodexRecord };

export function openLogReader(agent: Agent, place: LogPlace, state: ReaderState | null): LogReader {
  const draft = state === null ? createSessionDraft(agent, place) : toDraft(state);
  const findProgress = createProgressFinder();
  let delta = createDeltaDraft();
  return {
    push(line, offset) {
      if (isBlank(line)) return;
      draft.summary.lines += 1;
      const context = { place, draft, delta, offset };
      const progress = agent === 'claude' ? findProgress(line) : null;
      if (progress !== null) {
        readFlatProgress(progress, context);
        return;
      }
      const record = parseLine(line);
      if (record !== null) readRecord[agent](record, context);
      else noteInvalid(draft, delta, offset);
    },
    skip(offset) {
      draft.summary.lines += 1;
      draft.summary.longLines += 1;
      draft.firstLong ??= offset;
      const count = draft.summary.longLines;
      delta.issues.set('LINE_TOO_LONG', { code: 'LINE_TOO_LONG', offset: draft.firstLong, count });
    },
    take() {
      const taken = toDelta(delta);
      delta = createDeltaDraft();
      return taken;
    },
    get state() {
      return toState(draft);
    },
  };
}

function toState(draft: SessionDraft): ReaderState {
  const carry: SessionDraft = structuredClone(draft);
  return { version: readerVersion, summary: toSummary(carry), carry };
}

/** States are written by this program only; one of another version is the caller's to refuse. */
function toDraft(state: ReaderState): SessionDraft {
  if (state.version !== readerVersion)
    throw new Error(`Reader state ${state.version} is not of version ${readerVersion}`);
  return structuredClone(state.carry) as SessionDraft;
}

function isBlank(line: string): boolean {
  return line.length < 200 && line.trim() === '';
}

function parseLine(line: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line.startsWith('\uFEFF') ? line.slice(1) : line);
    return isObject(value) ? value : null;
  } catch {
    // SE8: such a line is counted, and the rest is read.
    return null;
  }
}

const linesToJudge = 100;

function noteInvalid(draft: SessionDraft, delta: ReturnType<typeof createDeltaDraft>, offset: number): void {
  const { summary } = draft;
  summary.invalidLines += 1;
  draft.firstInvalid ??= offset;
  const count = summary.invalidLines;
  delta.issues.set('LINE_INVALID', { code: 'LINE_INVALID', offset: draft.firstInvalid, count });
  if (count !== linesToJudge || summary.lines !== linesToJudge) return;
  delta.issues.set('LOG_CORRUPT', { code: 'LOG_CORRUPT', offset: draft.firstInvalid, count });
}
