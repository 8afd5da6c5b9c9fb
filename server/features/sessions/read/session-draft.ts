/** What is known of a session while its log is read: the part of the state that Claude Code and Codex share. */
import type { ArtifactFact, FileFact, LogPlace, SessionSummary, SessionRecord, Agent } from './reading.ts';
import { toStored, toStoredName } from './stored-text.ts';
import { chooseTitle, noTitles, type TitleCandidates } from './titles.ts';
import type { CommandTraits } from './tool-actions.ts';
import { findRoot } from './project-path.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Plain JSON, bounded: stored after each batch. */
export interface SessionDraft {
  summary: Mutable<Omit<SessionSummary, 'title' | 'models' | 'branches' | 'recordTypes'>>;
  titles: TitleCandidates;
  models: string[];
  branches: string[];
  recordTypes: [type: string, count: number][];
  /** Tool calls whose result has not come. */
  calls: OpenCall[];
  nextIndex: number;
  /** Of the last record that said one. */
  lastAt: string | null;
  /** In force: a record's own, else the last one said. */
  cwd: string | null;
  /** Where it started, when that is in no folder known to be the project's. */
  home: string | null;
  firstInvalid: number | null;
  firstLong: number | null;
  /** Claude Code: the message the last answer belongs to, and what it says to have cost. */
  lastAnswer: { key: string; cost: number } | null;
  codex: CodexDraft;
}

/** A call that waits for its result, in the reader's state. */
export interface OpenCall {
  readonly id: string;
  readonly files: readonly FileFact[];
  readonly traits: CommandTraits | null;
  artifact: ArtifactFact | null;
}

/** What is in force in a Codex log. */
export interface CodexDraft {
  hasMeta: boolean;
  model: string | null;
  turnId: string | null;
  totals: TokenTotals | null;
  /** Messages told once, whose second telling may follow. */
  twins: Twin[];
  wasCompacted: boolean;
}

export interface TokenTotals {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

export interface Twin {
  readonly from: 'event' | 'item';
  readonly print: string;
}

export function createSessionDraft(agent: Agent, place: LogPlace): SessionDraft {
  return {
    summary: {
      agent,
      recordedId: null,
      parentRecordedId: null,
      agentId: null,
      role: 'main',
      cwd: null,
      programVersion: null,
      provider: null,
      slug: null,
      permissionMode: null,
      effort: null,
      startCommit: null,
      startedAt: null,
      endedAt: null,
      endsTurn: false,
      userMessages: 0,
      assistantMessages: 0,
      toolCalls: 0,
      failedToolCalls: 0,
      apiErrors: 0,
      compactions: 0,
      reportedCost: null,
      lines: 0,
      invalidLines: 0,
      longLines: 0,
    },
    titles: noTitles(),
    models: [],
    branches: [],
    recordTypes: [],
    calls: [],
    nextIndex: 0,
    lastAt: place.bornAt,
    cwd: null,
    home: null,
    firstInvalid: null,
    firstLong: null,
    lastAnswer: null,
    codex: { hasMeta: false, model: null, turnId: null, totals: null, twins: [], wasCompacted: false },
  };
}

export function toSummary(draft: SessionDraft): SessionSummary {
  return {
    ...draft.summary,
    title: chooseTitle(draft.titles),
    models: draft.models,
    branches: draft.branches,
    recordTypes: draft.recordTypes,
  };
}

const mostNames = 20;
const mostTypes = 60;

export function noteModel(draft: SessionDraft, model: string): void {
  if (!draft.models.includes(model) && draft.models.length < mostNames) draft.models.push(model);
}

export function noteBranch(draft: SessionDraft, branch: string): void {
  if (branch === draft.branches[0]) return;
  const stored = toStored(branch, 200).text;
  if (!draft.branches.includes(stored) && draft.branches.length < mostNames) draft.branches.push(stored);
}

export function noteType(draft: SessionDraft, type: string): void {
  const known = draft.recordTypes.find(([name]) => name === type);
  if (known !== undefined) known[1] += 1;
  else if (draft.recordTypes.length < mostTypes) draft.recordTypes.push([toStoredName(type, 80), 1]);
}

/** The time of a record; one that says none has the time of the record before it. */
export function noteTime(draft: SessionDraft, said: unknown): string | null {
  const at = toTime(said);
  if (at === null) return draft.lastAt;
  const { summary } = draft;
  draft.lastAt = at;
  if (summary.startedAt === null || at < summary.startedAt) summary.startedAt = at;
  if (summary.endedAt === null || at > summary.endedAt) summary.endedAt = at;
  return at;
}

function toTime(said: unknown): string | null {
  if (typeof said !== 'string' && typeof said !== 'number') return null;
  const date = new Date(said);
  // As both programs write it. Other spellings, and days that a month may not have, are spelled anew.
  if (typeof said === 'string' && WRITTEN.test(said) && !Number.isNaN(date.getTime())) return said;
  const year = date.getUTCFullYear();
  return year >= 1970 && year <= 9999 ? date.toISOString() : null;
}

const WRITTEN = /^20\d\d-\d\d-(?:[01]\d|2[0-8])T\d\d:\d\d:\d\d\.\d{3}Z$/;

/** SE13: also the folder where it started, when no known root holds it. */
export function noteCwd(draft: SessionDraft, cwd: string, place: LogPlace): void {
  if (cwd === draft.cwd || cwd.length > 4000) return;
  // Masked here already, because the reader's state is stored too.
  const stored = toStored(cwd, 4000).text;
  draft.cwd = stored;
  if (draft.summary.cwd !== null) return;
  draft.summary.cwd = stored;
  if (findRoot(stored, [place.projectRoot, ...place.worktreeRoots]) === null) draft.home = stored;
}

export function toRoots(draft: SessionDraft, place: LogPlace): string[] {
  const known = [place.projectRoot, ...place.worktreeRoots];
  return draft.home === null ? known : [...known, draft.home];
}

/** Gives a record its number. */
export function nextRecord(draft: SessionDraft, record: Omit<SessionRecord, 'index'>): SessionRecord {
  const index = draft.nextIndex;
  draft.nextIndex += 1;
  return { index, ...record };
}
