/** The sockets below a pool, so that all of them can be let go: the driver has no way to do that. */
import { connect, type Socket } from 'node:net';

/** What the driver says about where to connect to: a socket in the file system, or hosts with their ports. */
interface LineTarget {
  readonly path?: string | undefined;
  readonly host: readonly string[];
  readonly port: readonly number[];
}

/** Not connected yet: what the driver writes waits, and it counts the time itself. */
export type OpenLine = (target: LineTarget) => Socket;

export interface Lines {
  readonly open: OpenLine;
  /** Resolves when all are closed. */
  cut(): Promise<void>;
}

export function createLines(): Lines {
  const lines = new Set<Socket>();
  let opened = 0;
  return {
    open({ path, host, port }) {
      const at = opened++ % Math.max(1, host.length);
      const place = { host: host[at] ?? 'localhost', port: port[at] ?? 5432 };
      const line = path ? connect(path) : connect(place);
      lines.add(line);
      line.once('close', () => lines.delete(line));
      // The driver names them in its errors.
      return Object.assign(line, place);
    },
    async cut() {
      const closed = [...lines].map((line) => new Promise((resolve) => line.once('close', resolve)));
      for (const line of lines) line.destroy();
      await Promise.all(closed);
    },
  };
}
