/** Reads one record of a Codex log (SE19, SE20). */
import { toResultBlock, toTextBlock } from './blocks.ts';
import { readCodexCall } from './codex-call.ts';
import { readEventMessage, readItemMessage } from './codex-message.ts';
import { readCallOutput } from './codex-output.ts';
import { readTotals, toIncrease } from './codex-tokens.ts';
import { addUsage } from './delta-draft.ts';
import { toList, toObject, toText, type JsonObject } from './json.ts';
import { toStoredTitle } from './people-words.ts';
import type { Block } from './reading.ts';
import type { ReadingContext } from './reading-context.ts';
import { nextRecord, noteBranch, noteCwd, noteModel, noteTime, noteType } from './session-draft.ts';
import { toStored, toStoredName } from './stored-text.ts';
import { closeCall } from './tool-calls.ts';

export function readCodexRecord(record: JsonObject, context: ReadingContext): void {
  const { draft } = context;
  const type = toText(record['type']) ?? 'unknown';
  const payload = toObject(record['payload']) ?? {};
  const kind = toText(payload['type']);
  noteType(draft, kind === null ? type : `${type}:${kind}`);
  const at = noteTime(draft, record['timestamp']);
  switch (type) {
    case 'session_meta':
      readMeta(payload, context);
      break;
    case 'turn_context':
      readTurn(payload, context);
      break;
    case 'response_item':
      readItem(payload, kind, at, context);
      break;
    case 'event_msg':
      readEvent(payload, kind, at, context);
      break;
    case 'compacted':
      readCompaction(payload, at, context);
      break;
  }
}

/** A forked log repeats its parent's after its own; only the first says what this session is. */
function readMeta(payload: JsonObject, { draft, place }: ReadingContext): void {
  if (draft.codex.hasMeta) return;
  draft.codex.hasMeta = true;
  const { summary } = draft;
  const cwd = toText(payload['cwd']);
  if (cwd !== null) noteCwd(draft, cwd, place);
  const git = toObject(payload['git']);
  const branch = toText(git?.['branch']);
  if (branch !== null) noteBranch(draft, branch);
  summary.recordedId = nameOf(payload['id']) ?? nameOf(payload['session_id']);
  summary.programVersion = nameOf(payload['cli_version']);
  summary.provider = nameOf(payload['model_provider']);
  summary.startCommit = nameOf(git?.['commit_hash']);
  const spawn = toObject(toObject(toObject(payload['source'])?.['subagent'])?.['thread_spawn']);
  const sender = nameOf(spawn?.['parent_thread_id']) ?? nameOf(payload['parent_thread_id']);
  summary.parentRecordedId = sender ?? nameOf(payload['forked_from_id']);
  if (sender === null) return;
  summary.role = 'subagent';
  summary.agentId = summary.recordedId;
}

function nameOf(value: unknown): string | null {
  const text = toText(value);
  return text === null ? null : toStoredName(text);
}

function readTurn(payload: JsonObject, { draft, place }: ReadingContext): void {
  draft.summary.endsTurn = false;
  const cwd = toText(payload['cwd']);
  if (cwd !== null) noteCwd(draft, cwd, place);
  draft.codex.model = nameOf(payload['model']) ?? draft.codex.model;
  draft.codex.turnId = nameOf(payload['turn_id']) ?? draft.codex.turnId;
  draft.summary.effort = nameOf(payload['effort']) ?? draft.summary.effort;
  draft.summary.permissionMode = nameOf(payload['approval_policy']) ?? draft.summary.permissionMode;
}

function readItem(
  payload: JsonObject,
  kind: string | null,
  at: string | null,
  context: ReadingContext,
): void {
  context.draft.summary.endsTurn = false;
  switch (kind ?? 'unknown') {
    case 'message':
      readItemMessage(payload, at, context);
      break;
    case 'reasoning':
      readReasoning(payload, at, context);
      break;
    case 'function_call':
    case 'custom_tool_call':
    case 'local_shell_call':
      addRecord('tool_call', 'assistant', payload, at, readCodexCall(payload, at, context), context);
      break;
    case 'function_call_output':
    case 'custom_tool_call_output':
      addRecord('tool_output', 'user', payload, at, readOutput(payload, at, context), context);
      break;
  }
}

function readReasoning(payload: JsonObject, at: string | null, context: ReadingContext): void {
  const parts = [...toList(payload['summary']), ...toList(payload['content'])];
  const text = parts
    .map((part) => toText(toObject(part)?.['text']) ?? '')
    .filter((part) => part !== '')
    .join('\n\n');
  if (text === '') return;
  addRecord('reasoning', 'assistant', payload, at, toTextBlock('thinking', text, context.delta), context);
}

function readOutput(payload: JsonObject, at: string | null, context: ReadingContext): Block {
  const { draft, delta } = context;
  const id = toText(payload['call_id']);
  const { text, isFailed } = readCallOutput(payload['output']);
  const result = { isFailed, output: text, added: null, deleted: null, agentId: null, at };
  if (id !== null) closeCall(draft, delta, id, result);
  return toResultBlock(text, id, isFailed, delta);
}

function addRecord(
  type: string,
  role: string,
  payload: JsonObject,
  at: string | null,
  block: Block,
  { draft, delta, offset }: ReadingContext,
): void {
  const uuid = nameOf(payload['id']);
  delta.records.push(nextRecord(draft, { at, type, role, uuid, offset, blocks: [block] }));
}

function readEvent(
  payload: JsonObject,
  kind: string | null,
  at: string | null,
  context: ReadingContext,
): void {
  const { draft } = context;
  switch (kind ?? 'unknown') {
    case 'user_message':
    case 'agent_message':
      readEventMessage(payload, at, context);
      break;
    case 'token_count':
      readTokens(payload, at, context);
      break;
    case 'task_started':
      draft.summary.endsTurn = false;
      draft.codex.turnId = nameOf(payload['turn_id']) ?? draft.codex.turnId;
      break;
    case 'task_complete':
    case 'turn_aborted':
      draft.summary.endsTurn = true;
      break;
    case 'context_compacted':
      draft.summary.endsTurn = true;
      // The `compacted` record before it told of the same.
      if (!draft.codex.wasCompacted) draft.summary.compactions += 1;
      draft.codex.wasCompacted = false;
      break;
    case 'thread_name_updated':
      readName(payload, context);
      break;
  }
}

function readName(payload: JsonObject, { draft, delta }: ReadingContext): void {
  const name = toText(payload['thread_name']);
  if (name === null) return;
  delta.maskedSecrets += toStored(name, 4000).masked;
  draft.titles.custom = toStoredTitle(name) ?? draft.titles.custom;
}

/** A fork repeats its parent's totals under the ids of the parent's turns: one key in both logs (SE9). */
function readTokens(
  payload: JsonObject,
  at: string | null,
  { draft, delta, place, offset }: ReadingContext,
): void {
  const totals = readTotals(payload['info']);
  if (totals === null) return;
  const { codex } = draft;
  const increase = toIncrease(codex.totals, totals);
  codex.totals = totals;
  if (increase === null) return;
  const sum = `${totals.input}/${totals.output}`;
  const key = codex.turnId === null ? `o:${place.sessionId}:${offset}` : `t:${codex.turnId}:${sum}`;
  if (codex.model !== null) noteModel(draft, codex.model);
  const cacheRead = Math.min(increase.cached, increase.input);
  addUsage(delta, {
    key,
    model: codex.model,
    at,
    input: increase.input - cacheRead,
    output: increase.output,
    cacheRead,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    reasoning: Math.min(increase.reasoning, increase.output),
    serviceTier: null,
    serverToolUse: null,
  });
}

function readCompaction(payload: JsonObject, at: string | null, context: ReadingContext): void {
  const { draft, delta } = context;
  draft.summary.endsTurn = true;
  draft.summary.compactions += 1;
  draft.codex.wasCompacted = true;
  const text = toText(payload['message']);
  if (text !== null) addRecord('compacted', 'system', payload, at, toTextBlock('text', text, delta), context);
}
