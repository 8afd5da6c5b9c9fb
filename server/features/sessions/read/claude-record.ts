/** Reads one record of a Claude Code log (SE4, SE7, SE15, SE16, SE17). */
import { toTextBlock } from './blocks.ts';
import { readClaudeMessage } from './claude-message.ts';
import { toObject, toText, type JsonObject } from './json.ts';
import { addPrLink } from './delta-draft.ts';
import type { FlatProgress } from './flat-progress.ts';
import { readSlashCommand, toStoredTitle } from './people-words.ts';
import type { ReadingContext } from './reading-context.ts';
import { nextRecord, noteBranch, noteCwd, noteTime, noteType } from './session-draft.ts';
import { toStored, toStoredName } from './stored-text.ts';
import { nameAgent } from './tool-calls.ts';

export function readClaudeRecord(record: JsonObject, context: ReadingContext): void {
  const { draft } = context;
  const type = toText(record['type']) ?? 'unknown';
  noteType(draft, type);
  const at = noteTime(draft, record['timestamp']);
  noteEnvelope(record, context);
  switch (type) {
    case 'user':
    case 'assistant':
      draft.summary.endsTurn = false;
      readClaudeMessage(record, type, at, context);
      break;
    case 'system':
      readSystem(record, at, context);
      break;
    case 'progress':
      draft.summary.endsTurn = false;
      readProgress(record, context);
      break;
    case 'summary':
      readSummary(record, at, context);
      break;
    case 'custom-title':
      draft.titles.custom = readTitle(record, 'customTitle', context) ?? draft.titles.custom;
      break;
    case 'ai-title':
      draft.titles.ai = readTitle(record, 'aiTitle', context) ?? draft.titles.ai;
      break;
    case 'last-prompt':
      draft.titles.lastPrompt = readTitle(record, 'lastPrompt', context) ?? draft.titles.lastPrompt;
      break;
    case 'pr-link':
      readPrLink(record, at, context);
      break;
  }
  // Any record may say how long its turn took, and with that end it.
  if (typeof record['durationMs'] === 'number') draft.summary.endsTurn = true;
}

/** A progress record of which only its place and time are read. */
export function readFlatProgress({ envelope, timestamp }: FlatProgress, context: ReadingContext): void {
  const { draft } = context;
  noteType(draft, 'progress');
  noteTime(draft, timestamp);
  noteEnvelope(envelope, context);
  draft.summary.endsTurn = false;
}

/** What every record may say about its session; the first to say it counts. */
function noteEnvelope(record: JsonObject, { draft, place }: ReadingContext): void {
  const { summary } = draft;
  const cwd = toText(record['cwd']);
  if (cwd !== null) noteCwd(draft, cwd, place);
  const branch = toText(record['gitBranch']);
  if (branch !== null) noteBranch(draft, branch);
  summary.recordedId ??= nameOf(record['sessionId']);
  summary.programVersion ??= nameOf(record['version']);
  summary.slug ??= nameOf(record['slug']);
  summary.permissionMode = nameOf(record['permissionMode']) ?? summary.permissionMode;
  noteLineage(record, draft.summary);
}

/** A log whose records are a side chain is a subagent's; its `sessionId` is the parent's (SE4). */
function noteLineage(record: JsonObject, summary: ReadingContext['draft']['summary']): void {
  if (summary.agentId !== null || record['isSidechain'] !== true) return;
  const agentId = nameOf(record['agentId']);
  if (agentId === null) return;
  summary.agentId = agentId;
  summary.role = agentId.startsWith('acompact-') ? 'compaction' : 'subagent';
  summary.parentRecordedId = nameOf(record['sessionId']);
}

function nameOf(value: unknown): string | null {
  const text = toText(value);
  return text === null ? null : toStoredName(text);
}

function readSystem(record: JsonObject, at: string | null, context: ReadingContext): void {
  const { draft, delta, offset } = context;
  const subtype = toText(record['subtype']);
  draft.summary.endsTurn = subtype === 'turn_duration' || subtype === 'compact_boundary';
  if (subtype === 'compact_boundary') draft.summary.compactions += 1;
  const content = toText(record['content']);
  const uuid = nameOf(record['uuid']);
  if (content?.includes('<command-name>') === true)
    readSlashCommand(context, { text: content, at, ref: uuid });
  const text = content ?? subtype;
  if (text === null) return;
  const blocks = [toTextBlock('text', text, delta)];
  delta.records.push(nextRecord(draft, { at, type: 'system', role: 'system', uuid, offset, blocks }));
}

/** SE9: a subagent's messages are embedded here, and counted in its own log. */
function readProgress(record: JsonObject, { draft, delta }: ReadingContext): void {
  const agentId = nameOf(toObject(record['data'])?.['agentId']);
  const callId = toText(record['parentToolUseID']);
  if (agentId !== null && callId !== null) nameAgent(draft, delta, callId, agentId);
}

function readSummary(record: JsonObject, at: string | null, context: ReadingContext): void {
  const { draft, delta, offset } = context;
  const text = toText(record['summary']);
  if (text === null) return;
  draft.titles.summary = toStoredTitle(text) ?? draft.titles.summary;
  const blocks = [toTextBlock('text', text, delta)];
  const uuid = nameOf(record['leafUuid']);
  delta.records.push(nextRecord(draft, { at, type: 'summary', role: null, uuid, offset, blocks }));
}

/** Its text stands in no record, so what is masked in it is counted here. */
function readTitle(record: JsonObject, key: string, { delta }: ReadingContext): string | null {
  const text = toText(record[key]) ?? toText(record['title']);
  if (text === null) return null;
  delta.maskedSecrets += toStored(text, 4000).masked;
  return toStoredTitle(text);
}

function readPrLink(record: JsonObject, at: string | null, { delta }: ReadingContext): void {
  const url = toText(record['prUrl']) ?? toText(record['url']);
  if (url !== null && /^https?:\/\//.test(url)) addPrLink(delta, { url: toStored(url, 1000).text, at });
}
