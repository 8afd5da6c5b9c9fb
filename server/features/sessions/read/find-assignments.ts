/** Finds secrets that are known by the name they are given to: `password=…`, `"apiKey": "…"`, `--token …`. */
import { isPasswordName, isSecretName, type Span } from './secret-shapes.ts';

export function findAssignments(text: string, found: Span[]): void {
  findAfter(text, '=', found);
  findAfter(text, ':', found);
  findOptions(text, found);
}

function findAfter(text: string, sign: '=' | ':', found: Span[]): void {
  let next = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, next)) {
    next = at + 1;
    const end = findNameEnd(text, at);
    if (!mayEndSecretName(text, end)) continue;
    const name = text.slice(findNameStart(text, end), end);
    if (!isSecretName(name)) continue;
    const value = findValue(text, at + 1, name, sign === '=' && end === at);
    if (value === null) continue;
    found.push(value);
    next = value.end;
  }
}

/** Between a name and its sign there may stand quotes, a bracket and blanks. */
function findNameEnd(text: string, sign: number): number {
  let end = sign;
  while (end > 0 && end > sign - 6 && BETWEEN.includes(text.charCodeAt(end - 1))) end -= 1;
  return end;
}

const BETWEEN = Array.from(' "\'`\\])', (character) => character.charCodeAt(0));

/** Letters, digits, `_`, `-` and `.`; one character too many to be a name when it is too long. */
function findNameStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start <= 64 && isNameCharacter(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

function isNameCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x2d && code <= 0x39 && code !== 0x2f) ||
    code === 0x5f
  );
}

/** The last two letters of all names that count, so that most signs cost one look. */
const ENDINGS = new Set(
  ['rd', 'wd', 'se', 'rt', 'et', 'en', 'ey', 'al', 'ls', 'on', 're', 'ie', 'ig', 'ss', 'th'].map(
    (letters) => letters.charCodeAt(0) * 256 + letters.charCodeAt(1),
  ),
);

function mayEndSecretName(text: string, end: number): boolean {
  return end > 2 && ENDINGS.has((text.charCodeAt(end - 2) | 0x20) * 256 + (text.charCodeAt(end - 1) | 0x20));
}

function findValue(text: string, from: number, name: string, isTight: boolean): Span | null {
  const opening = OPENING.exec(text.slice(from, from + 40));
  if (opening === null) return null;
  const start = from + opening[0].length;
  const quote = opening[1];
  if (quote !== undefined) return findQuoted(text, start, quote, name);
  const word = WORD.exec(text.slice(start, start + 2000))?.[0] ?? '';
  const isSecret = isTight && opening[0] === '' ? isTightSecret(word, name) : isLooseSecret(word, name);
  if (!isSecret || text.charAt(start + word.length) === '(') return null;
  return { start, end: start + word.length };
}

/** A comparison is no assignment; the scheme of a header belongs to no secret. */
const OPENING = /^(?![=~])>?[ \t]{0,8}(\\?["'`])?(?:(?:bearer|basic|token|bot)[ \t]{1,4})?/i;
const WORD = /^[^\s"'`,;<>(){}[\]&|\\]+/;

function findQuoted(text: string, start: number, quote: string, name: string): Span | null {
  const last = text.slice(start, start + 4096).indexOf(quote);
  const closes = last >= 0;
  const value = closes
    ? text.slice(start, start + last)
    : (WORD.exec(text.slice(start, start + 4096))?.[0] ?? '');
  const mayHoldBlanks = isPasswordName(name);
  if (value.length < 5 || isReference(value) || value.includes('\n')) return null;
  if (/\s/.test(value) && !mayHoldBlanks) return null;
  return { start, end: start + value.length };
}

/** `NAME=value`, as in environments and addresses: the whole word. */
function isTightSecret(word: string, name: string): boolean {
  if (word.length < 5 || isReference(word)) return false;
  return name === name.toUpperCase() || hasDigit(word) || isPasswordName(name) || word.length >= 20;
}

/** `name: value` is mostly code or prose; only what no identifier or word looks like counts. */
function isLooseSecret(word: string, name: string): boolean {
  if (word.length < 8 || isReference(word) || !/[A-Za-z]/.test(word)) return false;
  if (isPasswordName(name)) return hasDigit(word) || /[!@#%^*+~?]/.test(word);
  return hasDigit(word) && (word.length >= 16 || !/^[A-Za-z_]\w*$/.test(word));
}

function hasDigit(text: string): boolean {
  return /[0-9]/.test(text);
}

/** Names of where the secret is, not the secret; or what already stands for one. */
function isReference(value: string): boolean {
  return /^(?:[$<{[%*.(]|process\.|import\.|os\.|env\.|ENV\[|self\.|this\.|null$|undefined$|false$|true$)/.test(
    value,
  );
}

/** `--password value`, `-u name:password` */
function findOptions(text: string, found: Span[]): void {
  for (let at = text.indexOf('--'); at >= 0; at = text.indexOf('--', at + 2)) {
    const option = OPTION.exec(text.slice(at, at + 140));
    if (option?.[1] === undefined || !isSecretName(option[1])) continue;
    const value = findValue(text, at + option[0].length, option[1], true);
    if (value !== null) found.push(value);
  }
  for (let at = text.indexOf('-u '); at >= 0; at = text.indexOf('-u ', at + 3)) {
    const login = /^["']?[^\s:"'/]{1,100}:([^\s"']{3,200})/.exec(text.slice(at + 3, at + 320));
    if (login?.[1] === undefined || isReference(login[1])) continue;
    const end = at + 3 + login[0].length;
    found.push({ start: end - login[1].length, end });
  }
}

const OPTION = /^--([a-z][A-Za-z0-9-]{1,40})[ \t]+(?!-)/;
