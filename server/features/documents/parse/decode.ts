/** Turns a file's bytes into text, or says which byte is no UTF-8 (DP1). */

export type Decoding = { outcome: 'text'; text: string } | { outcome: 'invalid'; offset: number };

const strict = new TextDecoder('utf-8', { fatal: true });

/** Line ends stay as written, because this text is stored as `raw`; NUL goes, because Postgres cannot store it. */
export function decodeText(bytes: Uint8Array): Decoding {
  try {
    return { outcome: 'text', text: strict.decode(bytes).replaceAll('\0', '\uFFFD') };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { outcome: 'invalid', offset: findInvalidByte(bytes) };
  }
}

export function toLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function findInvalidByte(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = measureSequence(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** Bytes of the well-formed character at `at`, 0 when there is none (Unicode table 3-7). */
function measureSequence(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const second = bytes[at + 1] ?? 0;
  const [lowest, highest] = secondByteRange(lead);
  if (second < lowest || second > highest) return 0;
  for (let next = at + 2; next < at + length; next += 1) {
    if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** Narrower after some lead bytes: no overlong forms, no surrogates, nothing past U+10FFFF. */
function secondByteRange(lead: number): readonly [lowest: number, highest: number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return [0x80, 0xbf];
}
