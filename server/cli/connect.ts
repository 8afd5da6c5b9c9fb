/** The server a command talks to: the one that runs, else one opened in this process on the same data. */
import { existsSync } from 'node:fs';
import { createCaller } from '../../client/sdk/caller.ts';
import { DataFolderInUse } from '../db/data-folder-lock.ts';
import { readConfig } from '../platform/config.ts';
import { openServer } from '../server.ts';
import type { Server } from './command.ts';

interface ConnectOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly root: string;
  readonly version: string;
  /** Not the one that is set: a URL, or a data folder that exists. */
  readonly database: string | undefined;
}

const probeMs = 800;

export async function withServer<T>(
  options: ConnectOptions,
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const { root, version, database } = options;
  const environment = database === undefined ? options.environment : toOther(options.environment, database);
  const config = readConfig(environment, { root, isInsecure: true });
  const token = config.SYNCLINE_TOKEN;
  const named = environment.SYNCLINE_URL;
  const running = named ?? `http://${toClientHost(config.SYNCLINE_HOST)}:${config.SYNCLINE_PORT}`;
  const isRunning = named !== undefined || (database === undefined && (await isSyncline(running)));
  if (isRunning) return await use(toServer(running, token));

  try {
    // A server of its own for one command: it starts nothing by itself, and nobody else is to find it.
    const own = {
      SYNCLINE_PORT: '0',
      SYNCLINE_HOST: '127.0.0.1',
      SYNCLINE_DEMO: 'false',
      SYNCLINE_OPEN: 'false',
    };
    const quiet = { SYNCLINE_STARTUP_SYNC: 'false', SYNCLINE_WATCH: 'false', SYNCLINE_LOG_LEVEL: 'error' };
    const settings = readConfig({ ...environment, ...own, ...quiet }, { root, isInsecure: false });
    await using server = await openServer({ config: settings, version, environment, folders: [] });
    return await use(toServer(server.url, token));
  } catch (failure) {
    // It runs at an address that was not named: its lock knows which.
    if (failure instanceof DataFolderInUse && failure.url !== null)
      return await use(toServer(failure.url, token));
    throw failure;
  }
}

function toOther(
  environment: ConnectOptions['environment'],
  database: string,
): ConnectOptions['environment'] {
  const others = { ...environment, SYNCLINE_URL: undefined };
  if (/^postgres(ql)?:/.test(database)) return { ...others, DATABASE_URL: database };
  if (!existsSync(database)) throw new Error(`There is no folder ${database}`);
  return { ...others, DATABASE_URL: undefined, SYNCLINE_DATA_DIR: database };
}

const toServer = (url: string, token: string | undefined): Server => ({
  url,
  token,
  call: createCaller({ baseUrl: url, token }),
});

/** An address to listen on is not always one to ask. */
const toClientHost = (host: string): string => (['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host);

async function isSyncline(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/livez`, { signal: AbortSignal.timeout(probeMs) });
    const body = (await answer.json()) as { status?: string };
    return body.status === 'live';
  } catch {
    return false; // nobody there, or somebody else
  }
}
