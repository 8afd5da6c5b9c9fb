/** Stands between a server and its database, and can refuse or hang: a database that goes away and comes back. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface DatabaseProxy extends AsyncDisposable {
  readonly url: string;
  /** `refuse` cuts every connection and takes no other; `hang` keeps them and lets nothing through. */
  set(mode: 'pass' | 'refuse' | 'hang'): Promise<void>;
  /** The connections that there are lead nowhere from now on, and nobody is told; new ones pass. */
  strand(): void;
}

export async function openDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const stranded = new WeakSet<Socket>();
  let mode: 'pass' | 'refuse' | 'hang' = 'pass';
  const server = createServer((inner) => {
    if (mode === 'refuse') return void inner.destroy();
    const outer = connect({ host: target.hostname, port: Number(target.port) });
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => mode === 'pass' && !stranded.has(from) && to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => (sockets.delete(from), to.destroy()));
    }
  });
  const cut = () => sockets.forEach((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    async set(next) {
      // What a connection has swallowed while it hung is lost: it ends with the hanging.
      if (next !== 'hang') cut();
      mode = next;
    },
    strand() {
      for (const socket of sockets) stranded.add(socket);
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
