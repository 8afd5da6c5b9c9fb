/** Stands between a client and the server, and does to the bytes what networks do: cuts them off, holds them, strips them. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface HttpProxy extends AsyncDisposable {
  readonly url: string;
  /** How many connections were made through it. */
  readonly lines: number;
}

export interface ProxyManners {
  /** Bytes of the server that pass on the nth connection before it is cut; Infinity for all. */
  readonly cutAfter?: (line: number) => number;
  /** What becomes of the head of a request, line by line. */
  readonly rewriteHead?: (head: string) => string;
  /** Answers that look so are held until they end, as by a proxy that buffers. */
  readonly holds?: (answerHead: string) => boolean;
}

export async function openHttpProxy(target: string, manners: ProxyManners): Promise<HttpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let lines = 0;
  const server = createServer((inner) => {
    const line = (lines += 1);
    const outer = connect({ host: hostname, port: Number(port) });
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => (sockets.delete(socket), inner.destroy(), outer.destroy()));
    }
    inner.on('data', (bytes) => void outer.write(rewrite(bytes, manners.rewriteHead)));
    let left = manners.cutAfter?.(line) ?? Infinity;
    let held: Buffer[] | null = null;
    outer.on('data', (bytes) => {
      if (/^HTTP\/1\.1 \d/.test(bytes.toString('latin1', 0, 12))) {
        held = manners.holds?.(bytes.toString('latin1')) === true ? [] : null;
      }
      // Never given on: the answer does not end.
      if (held !== null) return void held.push(bytes);
      inner.write(bytes.subarray(0, left));
      left -= bytes.length;
      if (left <= 0) inner.destroySoon();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get lines() {
      return lines;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Requests begin a segment of their own, as clients send them; the server sees the proxy's name otherwise. */
function rewrite(bytes: Buffer, rewriteHead: ProxyManners['rewriteHead']): Buffer {
  const text = bytes.toString('latin1');
  if (rewriteHead === undefined || !/^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(text)) return bytes;
  return Buffer.from(rewriteHead(text), 'latin1');
}
