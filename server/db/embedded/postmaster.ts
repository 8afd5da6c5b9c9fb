/** The running database process: started, or taken over from a killed server, and always stopped. */
import { execFile, spawn } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isProcessAlive } from '../../platform/process-identity.ts';
import type { Access } from './access.ts';
import { serverEnvironment } from './account.ts';
import { program } from './binaries.ts';
import type { ClusterPlace } from './cluster.ts';
import { findRunning, isReady, pidFileOf } from './pid-file.ts';
import { openServerLog, type ServerLog } from './server-log.ts';
import { toServerArguments } from './settings.ts';

export interface Postmaster {
  readonly port: number;
  stop(): Promise<void>;
}

export interface PostmasterOptions extends ClusterPlace {
  readonly access: Access;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly log: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Recovery after a crash replays at most `max_wal_size`, which takes seconds. */
const startMs = 60_000;
const fastStopMs = 10_000;
const immediateStopMs = 3_000;

export async function openPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const serverLog = await openServerLog(options.logFile);
  try {
    const running = (await adopt(options)) ?? (await start(options, serverLog));
    return guard(running, options, serverLog);
  } catch (error) {
    await serverLog.close();
    throw error;
  }
}

interface Running {
  readonly pid: number;
  readonly port: number;
}

/** Ours to keep if it serves where we would; one of another version or transport is asked to go. */
async function adopt(options: PostmasterOptions): Promise<Running | undefined> {
  const running = await findRunning(options.cluster);
  if (!running) {
    await removeLeftovers(options);
    return undefined;
  }
  const isOurs =
    running.program === program(options.binaries.bin, 'postgres') &&
    running.host === options.access.host &&
    (await becomesReady(running.pid, options));
  if (isOurs) {
    options.log(`Took over Postgres (process ${running.pid}), which a killed server had left running.`);
    return running;
  }
  await stopProcess(running.pid, options);
  return undefined;
}

/**
 * Of its lock files Postgres itself only asks whether the process id inside is in use, and in a container it often
 * is, by another program. Nobody else uses these folders, so files without their Postgres are nobody's.
 */
async function removeLeftovers({ cluster, access }: PostmasterOptions): Promise<void> {
  await rm(pidFileOf(cluster), { force: true });
  if (access.transport === 'socket') await rm(join(access.host, '.s.PGSQL.5432.lock'), { force: true });
}

async function start(options: PostmasterOptions, serverLog: ServerLog): Promise<Running> {
  for (let attempt = 1; ; attempt++) {
    const mark = await serverLog.size();
    const port = options.access.transport === 'tcp' ? await findFreePort() : 5432;
    const pid = await spawnServer(options, port);
    if (await becomesReady(pid, options)) return { pid, port };

    await stopProcess(pid, options);
    const said = (await serverLog.readFrom(mark)).trim();
    if (attempt === 50 || !isPassing(said))
      throw new Error(`Postgres did not start on ${options.cluster}: ${said}`);
    await wait(100, undefined, { signal: options.signal });
  }
}

/** Another program took the port first, or the last backends of a killed server are still leaving. */
function isPassing(said: string): boolean {
  return /Address already in use|shared memory block .* is still in use/.test(said);
}

/** Detached: a session of its own, so the terminal's Ctrl-C reaches the server alone, which then stops both. */
async function spawnServer(
  { binaries, cluster, account, access, settings, logFile }: PostmasterOptions,
  port: number,
) {
  const output = await open(logFile, 'a');
  try {
    const args = toServerArguments({ cluster, access, port }, settings);
    const child = spawn(program(binaries.bin, 'postgres'), args, {
      ...account,
      ...serverEnvironment(),
      cwd: cluster,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', output.fd, output.fd],
    });
    child.unref();
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return child.pid!; // a child that has spawned has an id
  } finally {
    await output.close();
  }
}

async function becomesReady(pid: number, { cluster, signal }: PostmasterOptions): Promise<boolean> {
  const deadline = Date.now() + startMs;
  while (Date.now() < deadline && isProcessAlive(pid)) {
    if (await isReady(cluster, pid)) return true;
    if (signal.aborted) {
      await killProcess(pid);
      throw signal.reason;
    }
    await wait(5);
  }
  return false;
}

function guard(running: Running, options: PostmasterOptions, serverLog: ServerLog): Postmaster {
  // The last resort where somebody ends this process without closing the server.
  const onExit = () => signalProcess(running.pid, 'SIGINT');
  process.once('exit', onExit);
  return {
    port: running.port,
    async stop() {
      await stopProcess(running.pid, options);
      process.off('exit', onExit);
      await serverLog.close();
    },
  };
}

/** Fast (open transactions are rolled back), then immediate (recovered at the next start), then by force. */
async function stopProcess(pid: number, { binaries, cluster }: ClusterPlace): Promise<void> {
  if (process.platform === 'win32') {
    // Windows has no signals; pg_ctl knows the way.
    await promisify(execFile)(program(binaries.bin, 'pg_ctl'), ['stop', '-D', cluster, '-m', 'fast']).catch(
      () => undefined,
    );
    return;
  }
  signalProcess(pid, 'SIGINT');
  if (await hasEnded(pid, fastStopMs)) return;
  signalProcess(pid, 'SIGQUIT');
  if (await hasEnded(pid, immediateStopMs)) return;
  await killProcess(pid);
}

async function killProcess(pid: number): Promise<void> {
  signalProcess(pid, 'SIGKILL');
  await hasEnded(pid, immediateStopMs);
}

async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isProcessAlive(pid)) {
    if (Date.now() > deadline) return false;
    await wait(5);
  }
  return true;
}

function signalProcess(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended already, which is what was asked for
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // an address, because it listens on one
  await new Promise((resolve) => server.close(resolve));
  return port;
}
