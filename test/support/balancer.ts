/** A load balancer for TCP: each connection goes to the next server that takes it, and ends when either side does. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Balancer extends AsyncDisposable {
  readonly url: string;
  /** How many connections each server has been given. */
  readonly given: readonly number[];
}

export async function openBalancer(urls: readonly string[]): Promise<Balancer> {
  const servers = urls.map((url) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) }));
  const given = servers.map(() => 0);
  const open = new Set<Socket>();
  let turn = 0;

  const front = createServer({ pauseOnConnect: true }, (client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    join(client, turn++, servers.length);
  });

  /** Nothing has been read from the client yet, so that the next server can be asked as well. */
  function join(client: Socket, first: number, left: number): void {
    if (left === 0) return void client.destroy();
    const index = first % servers.length;
    const server = connect(servers[index]!);
    server.once('connect', () => {
      given[index]! += 1;
      open.add(server);
      server.on('close', () => (open.delete(server), client.destroy()));
      client.on('close', () => server.destroy());
      server.setNoDelay(true);
      client.setNoDelay(true);
      client.pipe(server);
      server.pipe(client);
    });
    server.once('error', () => {
      if (server.connecting || !open.has(server)) join(client, first + 1, left - 1);
    });
  }

  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    given,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => front.close(resolve));
    },
  };
}
