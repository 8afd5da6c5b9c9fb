/** Reads what was said in a Codex log, where one message may stand twice (SE19). */
import { toTextBlock } from './blocks.ts';
import { toList, toObject, toText, type JsonObject } from './json.ts';
import { readPersonWords } from './people-words.ts';
import type { ReadingContext } from './reading-context.ts';
import { nextRecord, type Twin } from './session-draft.ts';
import { toStoredName } from './stored-text.ts';
import { toSpokenText } from './titles.ts';

/** `response_item` of type `message`. */
export function readItemMessage(payload: JsonObject, at: string | null, context: ReadingContext): void {
  const role = toText(payload['role']) ?? 'unknown';
  const text = toList(payload['content'])
    .map(toPartText)
    .filter((part) => part !== '')
    .join('\n');
  const id = toText(payload['id']);
  tell(context, {
    type: 'message',
    role: toStoredName(role),
    text,
    at,
    uuid: id && toStoredName(id),
    from: 'item',
  });
}

/** `event_msg` of type `user_message` or `agent_message`. */
export function readEventMessage(payload: JsonObject, at: string | null, context: ReadingContext): void {
  const type = payload['type'] === 'user_message' ? 'user_message' : 'agent_message';
  const role = type === 'user_message' ? 'user' : 'assistant';
  tell(context, { type, role, text: toText(payload['message']) ?? '', at, uuid: null, from: 'event' });
}

interface Message {
  readonly type: string;
  readonly role: string;
  readonly text: string;
  readonly at: string | null;
  readonly uuid: string | null;
  readonly from: Twin['from'];
}

function tell(context: ReadingContext, { type, role, text, at, uuid, from }: Message): void {
  if (text === '') return;
  const { draft, delta, offset } = context;
  draft.summary.endsTurn = false;
  if (isSecondTelling(draft.codex.twins, { from, print: toPrint(role, text) })) return;
  if (role === 'user') readPersonWords(context, { text, at, ref: uuid });
  if (role === 'assistant') draft.summary.assistantMessages += 1;
  const blocks = [toTextBlock('text', text, delta)];
  delta.records.push(nextRecord(draft, { at, type, role, uuid, offset, blocks }));
}

const mostTwins = 32;

/** The other kind of record told it already: both are forgotten, so that a repeated word counts again. */
function isSecondTelling(twins: Twin[], twin: Twin): boolean {
  const place = twins.findIndex(({ from, print }) => from !== twin.from && print === twin.print);
  if (place >= 0) {
    twins.splice(place, 1);
    return true;
  }
  twins.push(twin);
  if (twins.length > mostTwins) twins.shift();
  return false;
}

/** Role, length and a hash (FNV-1a) of the text: short enough for the reader's state. */
function toPrint(role: string, text: string): string {
  const trimmed = (toSpokenText(text) ?? text).trim();
  let hash = 0x811c9dc5;
  for (let at = 0; at < trimmed.length; at += 1) {
    hash = Math.imul(hash ^ trimmed.charCodeAt(at), 0x01000193) >>> 0;
  }
  return `${role}:${trimmed.length}:${hash.toString(36)}`;
}

function toPartText(part: unknown): string {
  const object = toObject(part);
  const text = toText(object?.['text']);
  if (text !== null) return text;
  return object?.['type'] === 'input_image' ? '[image]' : '';
}
