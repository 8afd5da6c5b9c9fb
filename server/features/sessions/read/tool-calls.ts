/** Joins tool calls with their results: what was attempted becomes done or failed (SE12). */
import { findCommits, findPrLinks } from './commits.ts';
import { addCommit, addPrLink, type DeltaDraft } from './delta-draft.ts';
import { toProjectPath } from './project-path.ts';
import type { ArtifactFact, FileAction, FileFact } from './reading.ts';
import type { SessionDraft } from './session-draft.ts';
import { toStored, toStoredName } from './stored-text.ts';
import type { CommandTraits } from './tool-actions.ts';

export interface ToolCall {
  /** null: no result can be matched with it. */
  readonly id: string | null;
  /** What stands for it without an id. */
  readonly fallbackId: string;
  readonly tool: string;
  readonly at: string | null;
  readonly cwd: string | null;
  readonly roots: readonly string[];
  readonly paths: readonly CallPath[];
  readonly traits: CommandTraits | null;
  readonly artifact: Pick<ArtifactFact, 'kind' | 'name' | 'description'> | null;
}

export interface CallPath {
  readonly path: string;
  readonly action: FileAction;
  readonly added?: number;
  readonly deleted?: number;
}

export interface ToolResult {
  readonly isFailed: boolean;
  readonly output: string;
  readonly added: number | null;
  readonly deleted: number | null;
  readonly agentId: string | null;
  readonly at: string | null;
}

const mostOpenCalls = 1000;

export function openCall(draft: SessionDraft, delta: DeltaDraft, call: ToolCall): void {
  const ref = toStoredName(call.id ?? call.fallbackId);
  const files = call.paths.map((path, place) => toFileFact(call, path, `${ref}:${place}`, ref));
  const artifact: ArtifactFact | null = call.artifact && {
    ...call.artifact,
    key: ref,
    agentId: null,
    at: call.at,
    outcome: 'pending',
  };
  for (const file of files) delta.files.set(file.key, file);
  if (artifact !== null) delta.artifacts.set(artifact.key, artifact);
  draft.summary.toolCalls += 1;
  if (call.id === null || !mayMatter(files, call.traits, artifact)) return;
  draft.calls.push({ id: call.id, files, traits: call.traits, artifact });
  if (draft.calls.length > mostOpenCalls) draft.calls.shift();
}

/** Only a call whose result changes a row is kept. */
function mayMatter(
  files: readonly FileFact[],
  traits: CommandTraits | null,
  artifact: ArtifactFact | null,
): boolean {
  return files.length > 0 || traits !== null || artifact !== null;
}

function toFileFact(call: ToolCall, path: CallPath, key: string, ref: string): FileFact {
  const place = toProjectPath(path.path, call.cwd, call.roots);
  return {
    key,
    path: toStored(place.path, 1000).text,
    outside: place.outside,
    action: path.action,
    tool: toStoredName(call.tool),
    at: call.at,
    ref,
    added: path.added ?? null,
    deleted: path.deleted ?? null,
    outcome: 'pending',
  };
}

export function closeCall(draft: SessionDraft, delta: DeltaDraft, id: string, result: ToolResult): void {
  if (result.isFailed) draft.summary.failedToolCalls += 1;
  const place = draft.calls.findIndex((open) => open.id === id);
  const call = draft.calls[place];
  if (call === undefined) return;
  draft.calls.splice(place, 1);
  const outcome = result.isFailed ? 'failed' : 'done';
  const countsLines = call.files.length === 1 && !result.isFailed;
  for (const file of call.files) {
    const added = countsLines ? (result.added ?? file.added) : file.added;
    const deleted = countsLines ? (result.deleted ?? file.deleted) : file.deleted;
    delta.files.set(file.key, { ...file, outcome, added, deleted });
  }
  if (call.artifact !== null) {
    const agentId = result.agentId ?? call.artifact.agentId;
    delta.artifacts.set(call.artifact.key, { ...call.artifact, agentId, outcome });
  }
  if (call.traits !== null) readOutput(delta, call.traits, id, result);
}

function readOutput(delta: DeltaDraft, traits: CommandTraits, id: string, { output, at }: ToolResult): void {
  const ref = toStoredName(id);
  for (const { hash, source } of findCommits(output, traits)) addCommit(delta, { hash, at, source, ref });
  if (!traits.createsPr) return;
  for (const url of findPrLinks(output)) addPrLink(delta, { url, at });
}

/** A subagent's name is known before its call ends (SE4). */
export function nameAgent(draft: SessionDraft, delta: DeltaDraft, id: string, agentId: string): void {
  const call = draft.calls.find((open) => open.id === id);
  if (call?.artifact === undefined || call.artifact === null || call.artifact.agentId !== null) return;
  call.artifact = { ...call.artifact, agentId };
  delta.artifacts.set(call.artifact.key, call.artifact);
}
