/** Takes secrets out of text before it is stored (GU11); its time is linear in the text, whatever it holds. */
import { findAssignments } from './find-assignments.ts';
import {
  runIntroduction,
  runPrefix,
  runShape,
  secretAddresses,
  shortestRun,
  type Span,
} from './secret-shapes.ts';

export interface Masking {
  readonly text: string;
  /** How many secrets were masked. */
  readonly count: number;
}

export const mask = '[masked]';

/** The first `length` characters; what follows is looked at, so that no half of a secret remains at the cut. */
export function maskSecrets(text: string, length = text.length): Masking {
  const secrets = findSecrets(text);
  if (secrets.length === 0) return { text: text.slice(0, length), count: 0 };
  let masked = '';
  let at = 0;
  let count = 0;
  for (const { start, end } of secrets) {
    if (start >= length) break;
    masked += text.slice(at, start) + mask;
    at = end;
    count += 1;
  }
  return { text: at < length ? masked + text.slice(at, length) : masked, count };
}

/** In order, without overlap. */
function findSecrets(text: string): Span[] {
  const found: Span[] = [];
  findRuns(text, found);
  findPrivateKeys(text, found);
  findAddresses(text, found);
  findAssignments(text, found);
  return found.length < 2 ? found : joinOverlaps(found);
}

function joinOverlaps(spans: Span[]): Span[] {
  spans.sort((one, other) => one.start - other.start);
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last === undefined || span.start >= last.end) joined.push(span);
    else if (span.end > last.end) joined[joined.length - 1] = { start: last.start, end: span.end };
  }
  return joined;
}

/** Looks at every 16th character only: a longer run of token characters cannot be missed by that. */
function findRuns(text: string, found: Span[]): void {
  let at = shortestRun - 1;
  while (at < text.length) {
    if (!isRunCharacter(text.charCodeAt(at))) {
      at += shortestRun;
      continue;
    }
    let start = at;
    while (start > 0 && isRunCharacter(text.charCodeAt(start - 1))) start -= 1;
    const end = findRunEnd(text, at + 1);
    if (end - start >= shortestRun) inspectRun(text, start, end, found);
    at = end + shortestRun;
  }
}

function findRunEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && isRunCharacter(text.charCodeAt(end))) end += 1;
  return end;
}

function inspectRun(text: string, start: number, end: number, found: Span[]): void {
  // An escaped line end in the text before leaves its letter at the front of the run.
  const isEscaped = text.charCodeAt(start - 1) === BACKSLASH && 'nrtbf'.includes(text.charAt(start));
  const from = isEscaped ? start + 1 : start;
  const secret = findSecretStart(text, from, end);
  if (secret !== null) found.push({ start: secret, end: findDottedEnd(text, end) });
}

function findSecretStart(text: string, start: number, end: number): number | null {
  const shape = runShape.exec(text.slice(start, end));
  if (shape !== null) return start + shape.index;
  const before = text.slice(Math.max(0, start - 14), start);
  const prefix = runPrefix.exec(before);
  if (prefix !== null) return start - prefix[0].length;
  return runIntroduction.test(before) ? start : null;
}

/** Signed tokens go on after a dot. */
function findDottedEnd(text: string, from: number): number {
  let end = from;
  while (text.charCodeAt(end) === DOT && isRunCharacter(text.charCodeAt(end + 1))) {
    end = findRunEnd(text, end + 1);
  }
  return end;
}

const BACKSLASH = 0x5c;
const DOT = 0x2e;

/** `A-Z a-z 0-9 _ -` */
const RUN_CHARACTERS = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9_-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function isRunCharacter(code: number): boolean {
  return RUN_CHARACTERS[code] === 1;
}

/** To its end line, or to the end of the text when that is not there. */
function findPrivateKeys(text: string, found: Span[]): void {
  let at = text.indexOf(KEY_NAME);
  while (at >= 0) {
    const before = text.slice(Math.max(0, at - 60), at);
    const begin = before.lastIndexOf('-----BEGIN ');
    const after = at + KEY_NAME.length;
    if (begin < 0) {
      at = text.indexOf(KEY_NAME, after);
      continue;
    }
    const start = at - before.length + begin;
    const last = text.indexOf('-----END ', after);
    const end = last < 0 ? text.length : Math.min(text.length, findLineEnd(text, last + 9));
    found.push({ start, end });
    at = text.indexOf(KEY_NAME, end);
  }
}

const KEY_NAME = 'PRIVATE KEY';

function findLineEnd(text: string, from: number): number {
  const dashes = text.indexOf('-----', from);
  return dashes < 0 ? text.length : dashes + 5;
}

/** `scheme://name:password@host`, and addresses that are themselves the secret. */
function findAddresses(text: string, found: Span[]): void {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    const from = at + 3;
    const authority = AUTHORITY.exec(text.slice(from, from + 600));
    if (authority?.[1] !== undefined && !authority[1].startsWith('[masked')) {
      const start = from + authority[0].length - authority[1].length - 1;
      found.push({ start, end: start + authority[1].length });
    }
    const address = secretAddresses.find((prefix) => text.startsWith(prefix, from));
    if (address === undefined) continue;
    const start = from + address.length;
    const rest = /^[A-Za-z0-9_/-]+/.exec(text.slice(start, start + 300));
    if (rest !== null) found.push({ start, end: start + rest[0].length });
  }
}

/** Name, colon, password, at; a password in an address may hold no blank, slash or quote. */
const AUTHORITY = /^[^\s/?#"'`<>@:]{0,200}:([^\s/"'`<>@]{1,300})@/;
