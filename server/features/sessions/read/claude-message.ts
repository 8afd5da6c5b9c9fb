/** Reads a message of a Claude Code log: its text, tool calls and their results, tokens (SE9, SE12). */
import { toCallBlock, toResultBlock, toTextBlock } from './blocks.ts';
import { isSynthetic, readClaudeUsage, toUsageKey } from './claude-usage.ts';
import { addUsage } from './delta-draft.ts';
import { isObject, toList, toObject, toText, type JsonObject } from './json.ts';
import { countPatch } from './patch-lines.ts';
import { readPersonWords } from './people-words.ts';
import type { ArtifactFact, Block } from './reading.ts';
import type { ReadingContext } from './reading-context.ts';
import { nextRecord, noteModel, toRoots } from './session-draft.ts';
import { toStored, toStoredName } from './stored-text.ts';
import { findCommandPaths, findPaths, toAction, toTraits } from './tool-actions.ts';
import { closeCall, openCall, type CallPath } from './tool-calls.ts';

export function readClaudeMessage(
  record: JsonObject,
  type: 'user' | 'assistant',
  at: string | null,
  context: ReadingContext,
): void {
  const { draft, delta, offset } = context;
  const message = toObject(record['message']) ?? { content: record['message'] };
  const id = toText(record['uuid']);
  const uuid = id && toStoredName(id);
  const said: string[] = [];
  const blocks = toBlocks(message['content'], { record, at, context, said });
  if (type === 'user') {
    if (isFromPerson(record, blocks)) readPersonWords(context, { text: said.join('\n'), at, ref: uuid });
  } else readAnswer(record, message, at, context);
  if (blocks.length === 0) return;
  const role = toText(message['role']);
  delta.records.push(nextRecord(draft, { at, type, role: role && toStoredName(role), uuid, offset, blocks }));
}

/** The program writes user records too: results, notes to itself and summaries of what was compacted. */
function isFromPerson(record: JsonObject, blocks: readonly Block[]): boolean {
  if (record['isMeta'] === true || record['isCompactSummary'] === true) return false;
  if (record['isVisibleInTranscriptOnly'] === true) return false;
  return blocks.length > 0 && !blocks.some(({ kind }) => kind === 'tool_result');
}

function readAnswer(
  record: JsonObject,
  message: JsonObject,
  at: string | null,
  context: ReadingContext,
): void {
  const { draft, delta, offset, place } = context;
  const key = toUsageKey(record, message, place.sessionId, offset);
  draft.summary.apiErrors += record['isApiErrorMessage'] === true ? 1 : 0;
  // The lines of one message follow each other; it is one message, at the cost that the last of them says.
  const isNext = key !== draft.lastAnswer?.key;
  draft.summary.assistantMessages += isNext ? 1 : 0;
  noteCost(draft, record['costUSD'], isNext ? 0 : (draft.lastAnswer?.cost ?? 0));
  draft.lastAnswer = { key, cost: toCost(record['costUSD']) };
  const usage = readClaudeUsage(record, message, key, at);
  if (usage === null) return;
  addUsage(delta, usage);
  if (usage.model !== null && !isSynthetic(usage.model)) noteModel(draft, usage.model);
}

function noteCost(draft: ReadingContext['draft'], said: unknown, alreadyCounted: number): void {
  if (typeof said !== 'number') return;
  draft.summary.reportedCost = (draft.summary.reportedCost ?? 0) + toCost(said) - alreadyCounted;
}

function toCost(said: unknown): number {
  return typeof said === 'number' && Number.isFinite(said) && said > 0 ? said : 0;
}

/** The line that is being read, and what it says so far in words that a person may have written. */
interface Line {
  readonly record: JsonObject;
  readonly at: string | null;
  readonly context: ReadingContext;
  readonly said: string[];
}

function toBlocks(content: unknown, line: Line): Block[] {
  const items = typeof content === 'string' ? [{ type: 'text', text: content }] : toList(content);
  return items.map((item, place) => toBlock(item, place, line)).filter((block) => block !== null);
}

function toBlock(item: unknown, place: number, line: Line): Block | null {
  const { delta } = line.context;
  if (typeof item === 'string') return item === '' ? null : toTextBlock('text', item, delta);
  if (!isObject(item)) return null;
  switch (item['type']) {
    case 'text':
      return readText(toText(item['text']), line);
    case 'thinking': {
      const text = toText(item['thinking']);
      return text === null ? null : toTextBlock('thinking', text, delta);
    }
    case 'tool_use':
    case 'server_tool_use':
      return readToolUse(item, place, line);
    case 'tool_result':
      return readToolResult(item, line);
    case 'image':
    case 'document':
      return toTextBlock('text', `[${item['type']}]`, delta);
    default:
      return null;
  }
}

function readText(text: string | null, { said, context }: Line): Block | null {
  if (text === null) return null;
  said.push(text);
  return toTextBlock('text', text, context.delta);
}

function readToolUse(item: JsonObject, place: number, { at, context }: Line): Block {
  const { draft, delta, offset } = context;
  const tool = toText(item['name']) ?? 'unknown';
  const id = toText(item['id']);
  const input = toObject(item['input']) ?? {};
  const command = toText(input['command']);
  const isCommand = toAction(tool) === 'command';
  openCall(draft, delta, {
    id,
    fallbackId: `o:${offset}:${place}`,
    tool,
    at,
    cwd: draft.cwd,
    roots: toRoots(draft, context.place),
    paths: toCallPaths(tool, input, command),
    traits: isCommand && command !== null ? toTraits(command) : null,
    artifact: toArtifact(tool, input),
  });
  return toCallBlock(tool, id, item['input'] ?? {}, delta);
}

function toCallPaths(tool: string, input: JsonObject, command: string | null): CallPath[] {
  const action = toAction(tool);
  const paths = action === 'command' && command !== null ? findCommandPaths(command) : findPaths(input);
  return paths.map((path) => ({ path, action }));
}

function toArtifact(
  tool: string,
  input: JsonObject,
): Pick<ArtifactFact, 'kind' | 'name' | 'description'> | null {
  if (tool === 'Skill') {
    const name = toText(input['skill']) ?? toText(input['command']) ?? 'unknown';
    return { kind: 'skill', name: toStored(name, 200).text, description: toShort(input['args']) };
  }
  if (tool !== 'Task' && tool !== 'Agent') return null;
  const name = toText(input['subagent_type']) ?? 'general-purpose';
  return { kind: 'agent', name: toStored(name, 200).text, description: toShort(input['description']) };
}

function toShort(value: unknown): string | null {
  const text = toText(value);
  return text === null ? null : toStored(text, 400).text;
}

function readToolResult(item: JsonObject, { record, at, context }: Line): Block {
  const { draft, delta } = context;
  const id = toText(item['tool_use_id']);
  const isFailed = item['is_error'] === true;
  const output = toOutput(item['content']);
  const details = toObject(record['toolUseResult']);
  if (id !== null) {
    const agentId = toText(details?.['agentId']);
    closeCall(draft, delta, id, {
      isFailed,
      output,
      ...countPatch(details?.['structuredPatch']),
      agentId: agentId && toStoredName(agentId),
      at,
    });
  }
  return toResultBlock(output, id, isFailed, delta);
}

function toOutput(content: unknown): string {
  if (typeof content === 'string') return content;
  return toList(content)
    .map((part) => {
      if (typeof part === 'string') return part;
      const object = toObject(part);
      return toText(object?.['text']) ?? (typeof object?.['type'] === 'string' ? `[${object['type']}]` : '');
    })
    .join('\n');
}
