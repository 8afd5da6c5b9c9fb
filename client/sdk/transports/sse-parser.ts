/** Server-Sent Events out of bytes, cut anywhere: the parsing rules of the HTML standard. */

export interface SseFrame {
  /** The last id seen, also of an earlier frame; empty before the first. */
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

export interface SseParser {
  /** The frames completed by these bytes. Throws when one frame grows past all bounds. */
  push(bytes: Uint8Array): readonly SseFrame[];
  /** The comments of those bytes, which the standard leaves aside. */
  comments(): readonly string[];
  /** What the server last asked for with `retry:`. */
  retryMs(): number | null;
}

/** No frame of ours comes near it: 500 documents an event, and the server's own queue is 1 MiB. */
export const maxFrameLength = 8 * 1024 * 1024;

export function createSseParser(): SseParser {
  // Takes off a byte order mark, and holds back a character whose bytes are not all there.
  const decoder = new TextDecoder('utf-8');
  const frames = createFrameBuilder();
  let rest = '';
  let endedInCr = false;

  return {
    retryMs: frames.retryMs,
    comments: frames.comments,
    push(bytes) {
      frames.forgetComments();
      let text = decoder.decode(bytes, { stream: true });
      if (text === '') return [];
      // The second half of a CRLF whose first half has already ended the line.
      if (endedInCr && text.startsWith('\n')) text = text.slice(1);
      const { lines, remainder } = splitLines(rest, text);
      endedInCr = text === '' ? false : text.endsWith('\r');
      rest = remainder;
      const completed = lines.flatMap((line) => frames.take(line));
      if (rest.length + frames.size() > maxFrameLength) throw new RangeError('A frame exceeds the limit');
      return completed;
    },
  };
}

const lineEnd = /\r\n|\r|\n/g;

function splitLines(rest: string, text: string) {
  const lines: string[] = [];
  let start = 0;
  for (const match of text.matchAll(lineEnd)) {
    const line = text.slice(start, match.index);
    lines.push(lines.length === 0 ? rest + line : line);
    start = match.index + match[0].length;
  }
  const tail = text.slice(start);
  return { lines, remainder: lines.length === 0 ? rest + tail : tail };
}

function createFrameBuilder() {
  let id = '';
  let event = '';
  let retryMs: number | null = null;
  let data: string[] = [];
  let size = 0;
  let comments: string[] = [];

  const complete = (): SseFrame[] => {
    const frame = { id, event: event === '' ? 'message' : event, data: data.join('\n') };
    const isFrame = data.length > 0;
    event = '';
    data = [];
    size = 0;
    return isFrame ? [frame] : [];
  };

  const takeField = (name: string, value: string): void => {
    switch (name) {
      case 'data':
        data.push(value);
        size += value.length + 1;
        return;
      case 'event':
        event = value;
        return;
      case 'id':
        if (!value.includes('\0')) id = value;
        return;
      case 'retry':
        if (/^\d{1,9}$/.test(value)) retryMs = Number(value);
        return;
      default:
      // Fields of a later standard are left aside.
    }
  };

  return {
    retryMs: () => retryMs,
    size: () => size,
    comments: () => comments,
    forgetComments: () => void (comments = []),
    take(line: string): readonly SseFrame[] {
      if (line === '') return complete();
      const colon = line.indexOf(':');
      if (colon === 0) {
        comments.push(line.slice(1).trim());
        return [];
      }
      const name = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
      takeField(name, value);
      return [];
    },
  };
}
