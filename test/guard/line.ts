/** One request as it stands on the wire: no client in between that would put right what is wrong with it. */
import { connect } from 'node:net';

export interface Sent {
  readonly method: string;
  readonly target: string;
  /** As they are sent, duplicates too. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

export interface Heard {
  /** 0 for a connection that was cut without an answer. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Answers once the answer is complete; of a stream, or of another protocol, once its head is there. */
export function send(url: string, { method, target, headers, body = '' }: Sent): Promise<Heard> {
  const { hostname, port } = new URL(url);
  const length: Sent['headers'] = body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))]];
  const lines = [...headers, ...length].map(([name, value]) => `${name}: ${value}`);
  return new Promise((resolve, reject) => {
    const line = connect({ host: hostname, port: Number(port) });
    const chunks: Buffer[] = [];
    const end = () => {
      line.destroy();
      resolve(parse(Buffer.concat(chunks)));
    };
    line.setTimeout(10_000, () => line.destroy(new Error(`No answer to ${method} ${target.slice(0, 80)}`)));
    line.on('connect', () => line.write([`${method} ${target} HTTP/1.1`, ...lines, '', body].join('\r\n')));
    line.on('data', (chunk) => {
      chunks.push(chunk);
      if (isComplete(parse(Buffer.concat(chunks)))) end();
    });
    line.on('end', end);
    // Refused in the middle of what we had to say: what was said before it counts.
    line.on('error', (failure) => (chunks.length > 0 || isReset(failure) ? end() : reject(failure)));
  });
}

const isReset = (failure: Error): boolean => 'code' in failure && failure.code === 'ECONNRESET';

function parse(bytes: Buffer): Heard & { isHeadComplete: boolean } {
  const text = bytes.toString('latin1');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0),
    headers: new Map(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    ),
    body: rest.join('\r\n\r\n'),
    isHeadComplete: rest.length > 0,
  };
}

function isComplete({ status, headers, body, isHeadComplete }: ReturnType<typeof parse>): boolean {
  if (!isHeadComplete) return false;
  if (status === 101 || headers.get('content-type')?.startsWith('text/event-stream') === true) return true;
  const length = headers.get('content-length');
  return length !== undefined && Buffer.byteLength(body, 'latin1') >= Number(length);
}
