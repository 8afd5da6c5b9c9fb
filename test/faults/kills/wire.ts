/** Cuts the bytes between a server and Postgres into messages, so that somebody in between knows what is said. */

export interface WireMessage {
  /** One letter; empty for the first message of a client, which has none. */
  readonly type: string;
  readonly body: Buffer;
  /** As it came, for passing on. */
  readonly bytes: Buffer;
}

export interface WireReader {
  /** The messages that are whole by now, in order. */
  push(bytes: Buffer): WireMessage[];
}

export function createWireReader(side: 'client' | 'server'): WireReader {
  let rest: Buffer = Buffer.alloc(0);
  let isFirst = side === 'client';

  const take = (): WireMessage | undefined => {
    const typeBytes = isFirst ? 0 : 1;
    if (rest.length < typeBytes + 4) return undefined;
    const end = typeBytes + rest.readInt32BE(typeBytes);
    if (rest.length < end) return undefined;
    const bytes = rest.subarray(0, end);
    const type = isFirst ? '' : String.fromCharCode(bytes[0] ?? 0);
    const body = bytes.subarray(typeBytes + 4);
    rest = rest.subarray(end);
    isFirst = false;
    return { type, body, bytes };
  };

  return {
    push(bytes) {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const messages: WireMessage[] = [];
      for (let message = take(); message !== undefined; message = take()) messages.push(message);
      return messages;
    },
  };
}

/** The text that ends at the next zero byte, and where the following one begins. */
export function readText(body: Buffer, from = 0): { text: string; next: number } {
  const end = body.indexOf(0, from);
  return { text: body.toString('utf8', from, end), next: end + 1 };
}
