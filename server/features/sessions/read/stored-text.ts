/** Brings foreign text into the form in which it may be stored: masked, cut, and text to Postgres (SE23, GU11). */
import { mask, maskSecrets } from './mask-secrets.ts';
import { isSecretName } from './secret-shapes.ts';

export interface StoredText {
  readonly text: string;
  readonly truncated: boolean;
  /** Secrets masked in it. */
  readonly masked: number;
}

/** Seen beyond the cut, so that a secret across it is recognised. */
const lookAhead = 4096;

export function toStored(text: string, limit: number): StoredText {
  if (text.length <= limit) {
    const { text: whole, count } = maskSecrets(text);
    return { text: toStorable(whole), truncated: false, masked: count };
  }
  const { text: cut, count } = maskSecrets(text.slice(0, limit + lookAhead), limit);
  return { text: toStorable(dropHalfPair(cut)), truncated: true, masked: count };
}

/** A name or an id: cut, but nothing to be masked. */
export function toStoredName(text: string, limit = 200): string {
  return toStorable(text.length <= limit ? text : dropHalfPair(text.slice(0, limit)));
}

/** Nested input as JSON: each text in it is masked by itself, and whole where its key names a secret. */
export function toStoredJson(value: unknown, limit: number): StoredText {
  let masked = 0;
  let hasCut = false;
  const replace = (key: string, inner: unknown): unknown => {
    if (typeof inner !== 'string') return inner;
    if (inner.length >= 5 && isSecretName(key)) {
      masked += 1;
      return mask;
    }
    const stored = toStored(inner, limit);
    masked += stored.masked;
    hasCut ||= stored.truncated;
    return stored.text;
  };
  const json = stringify(value, replace);
  const cut = json.length > limit;
  return {
    text: toStorable(cut ? dropHalfPair(json.slice(0, limit)) : json),
    truncated: cut || hasCut,
    masked,
  };
}

function stringify(value: unknown, replace: (key: string, inner: unknown) => unknown): string {
  try {
    return JSON.stringify(value, replace) ?? '';
  } catch (error) {
    // JSON.parse reads deeper nesting than JSON.stringify writes.
    if (error instanceof RangeError) return '[nested too deeply]';
    throw error;
  }
}

function dropHalfPair(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text;
}

/** Postgres stores neither NUL nor half a surrogate pair. */
function toStorable(text: string): string {
  const withoutNul = text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
  return /[\ud800-\udfff]/.test(withoutNul) ? withoutNul.replace(/\p{Surrogate}/gu, '\uFFFD') : withoutNul;
}
