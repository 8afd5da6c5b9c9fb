/** Stands between one server and Postgres and strikes at a chosen commit: before, unheard, or just heard. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { createCommitReader, type Commit } from './commit-reader.ts';
import { createWireReader } from './wire.ts';

/**
 *   server ── commit ──► Postgres ── done ──► server
 *           ▲                      ▲                ▲
 *         before                unheard           heard
 */
export type Moment = 'before' | 'unheard' | 'heard';
export const moments = ['before', 'unheard', 'heard'] as const satisfies readonly Moment[];

export interface Strike {
  /** The first commit after `arm` is 1. */
  readonly nth: number;
  readonly moment: Moment;
  /** How long the server goes on after it has heard. */
  readonly lingerMs: number;
  /** Ends the server, at once. */
  readonly act: () => void;
}

export interface CommitProxy extends AsyncDisposable {
  readonly url: string;
  /** Labels of the commits since `arm`, in the order in which the server asked for them. */
  readonly commits: readonly string[];
  /** Counts from here on; null only counts. */
  arm(strike: Strike | null): void;
  /** Cuts what a killed server has left, and lets the next one in. */
  clear(): void;
}

export async function openCommitProxy(databaseUrl: string): Promise<CommitProxy> {
  const target = new URL(databaseUrl);
  const pairs = new Set<readonly [Socket, Socket]>();
  let commits: string[] = [];
  let strike: Strike | null = null;
  let hasStruck = false;

  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  };
  const hit = ({ act }: Strike) => {
    hasStruck = true;
    act();
    cut();
  };
  /** Answers the strike that this commit is meant for. */
  const count = ({ label }: Commit): Strike | null => {
    // A heartbeat belongs to no work and comes when it comes.
    if (label === 'leases' || hasStruck) return null;
    commits.push(label);
    return strike?.nth === commits.length ? strike : null;
  };

  const server = createServer((inner) => {
    const outer = connect({ host: target.hostname, port: Number(target.port) });
    const pair = [inner, outer] as const;
    pairs.add(pair);
    for (const [socket, other] of [pair, [outer, inner] as const]) {
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => (pairs.delete(pair), other.destroy()));
    }
    const asked = createWireReader('client');
    const answered = createWireReader('server');
    const reader = createCommitReader();
    let pending: Strike | null = null;
    let syncs = 0;
    // The first comes before anything was asked.
    let readies = -1;
    const awaited = new Map<number, Strike>();

    inner.on('data', (bytes) => {
      for (const message of asked.push(bytes as Buffer)) {
        const commit = reader.read(message);
        const aimed = commit === undefined ? null : count(commit);
        if (aimed?.moment === 'before') return hit(aimed);
        pending = aimed ?? pending;
        if (message.type === 'S' || message.type === 'Q') {
          syncs += 1;
          if (pending !== null) awaited.set(syncs, pending);
          pending = null;
        }
        outer.write(message.bytes);
      }
    });
    outer.on('data', (bytes) => {
      for (const message of answered.push(bytes as Buffer)) {
        const aimed = message.type === 'Z' ? awaited.get((readies += 1)) : undefined;
        if (aimed?.moment === 'unheard') return hit(aimed);
        inner.write(message.bytes);
        // Nothing waits for it: until then the server goes on.
        if (aimed !== undefined) void setTimeout(aimed.lingerMs).then(() => hit(aimed));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.href,
    get commits() {
      return commits;
    },
    arm(next) {
      commits = [];
      strike = next;
      hasStruck = false;
    },
    clear() {
      strike = null;
      cut();
    },
    async [Symbol.asyncDispose]() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
