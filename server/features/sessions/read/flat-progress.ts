/**
 * Recognises the lines that a Claude Code log has most of, without parsing what they report: output of hooks and
 * shells, of which nothing is read. Where anything looks different the line is parsed like every other.
 */
import { parseObject, type JsonObject } from './json.ts';

export interface FlatProgress {
  /** The keys before `type`. */
  readonly envelope: JsonObject;
  readonly timestamp: string;
}

/** The finder remembers the last envelope, which is equal from line to line but where a session moves. */
export function createProgressFinder(): (line: string) => FlatProgress | null {
  let lastHead = '';
  let envelope: JsonObject | null = null;
  return (line) => {
    const parts = splitProgress(line);
    if (parts === null) return null;
    if (parts.head !== lastHead) {
      envelope = parseObject(`{${parts.head.slice(0, -1)}}`);
      lastHead = parts.head;
    }
    return envelope === null ? null : { envelope, timestamp: parts.timestamp };
  };
}

function splitProgress(line: string): { head: string; timestamp: string } | null {
  if (!line.startsWith('{"parentUuid":')) return null;
  const type = line.slice(0, longestHead).indexOf(TYPE);
  if (type < 0) return null;
  const kind = type + TYPE.length;
  if (!line.startsWith('hook_progress"', kind) && !line.startsWith('bash_progress"', kind)) return null;
  // Within texts the quote would be escaped: another object begins here, or two lines were torn into one.
  if (line.includes('{"', kind)) return null;
  const head = HEAD.exec(line.slice(0, type));
  const timestamp = TAIL.exec(line.slice(-longestTail))?.[1];
  return head?.[1] === undefined || timestamp === undefined ? null : { head: head[1], timestamp };
}

const longestHead = 1200;
const longestTail = 400;
const TYPE = '"type":"progress","data":{"type":"';

/** From the second key on, all of them plain: so `type` is a key of the record itself. */
const HEAD = /^\{"parentUuid":(?:null|"[\w-]*"),((?:"\w+":(?:"[^"\\]*"|true|false|null),)+)$/;

/** After the data there are plain keys only, and one end. */
const TAIL = /\},(?:"\w+":"[^"\\{}]*",)*"timestamp":"([^"\\{}]{10,40})"(?:,"\w+":"[^"\\{}]*")*\}\r?$/;
