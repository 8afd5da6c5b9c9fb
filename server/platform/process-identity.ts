/** Who owns a lease or a lock, precisely enough to say later that this owner is gone (SY5). */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { AppError } from '../../shared/failure.ts';

/**
 * `startedAt` is what tells two processes of one id apart: ids are reused, and in a container the id is always 1.
 * It is compared for equality only; `unknown` where the system does not say.
 */
export interface ProcessIdentity {
  readonly hostId: string;
  readonly pid: number;
  readonly startedAt: string;
}

const unknown = 'unknown';

/** The identity of a process of this machine, by default this one. */
export function readProcessIdentity(pid = process.pid): ProcessIdentity {
  return { hostId: readHostId(), pid, startedAt: readProcessStart(pid) ?? unknown };
}

/** True only where this machine can show that the process has ended; about another machine nothing is proven. */
export function isProvenDead(identity: ProcessIdentity, here: ProcessIdentity): boolean {
  if (identity.hostId !== here.hostId) return false;
  if (!isProcessAlive(identity.pid)) return true;

  const startedAt = readProcessStart(identity.pid) ?? unknown;
  return startedAt !== unknown && identity.startedAt !== unknown && startedAt !== identity.startedAt;
}

/** `<hostId>/<pid>/<startedAt>`: the form that is stored in an owner column. */
export function formatOwner({ hostId, pid, startedAt }: ProcessIdentity): string {
  return `${hostId}/${pid}/${startedAt}`;
}

export function parseOwner(owner: string): ProcessIdentity {
  const [, hostId, pid, startedAt] = /^([^/]+)\/([1-9]\d{0,9})\/([^/]+)$/.exec(owner) ?? [];
  if (!hostId || !pid || !startedAt) {
    throw new AppError('VALIDATION_ERROR', `"${owner}" is not an owner of the form host/process/start.`);
  }
  return { hostId, pid: Number(pid), startedAt };
}

/** Whether a process of this id exists; one that exited but was not yet collected by its parent does not count. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return process.platform !== 'linux' || !isZombie(pid);
}

/** The fields of `/proc/<pid>/stat` after the name, which may itself hold spaces and brackets. */
export function parseProcStat(stat: string): { state: string; startTicks: string } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
}

function isZombie(pid: number): boolean {
  const stat = readText(`/proc/${pid}/stat`);
  return stat !== undefined && ['Z', 'X'].includes(parseProcStat(stat).state);
}

function readProcessStart(pid: number): string | undefined {
  if (process.platform === 'linux') return readLinuxStart(pid);
  if (process.platform === 'win32') return undefined;
  return readStartFromPs(pid);
}

/**
 * Ticks count from boot and ids belong to a process namespace, so both are part of the start:
 * after a reboot or a container's restart the same ticks mean another process.
 */
function readLinuxStart(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  return `${digest(readText('/proc/sys/kernel/random/boot_id') ?? '', readNamespace())}-${parseProcStat(stat).startTicks}`;
}

function readNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return ''; // a kernel without namespaces has one
  }
}

function readStartFromPs(pid: number): string | undefined {
  try {
    const env = { LC_ALL: 'C', TZ: 'UTC', PATH: '/bin:/usr/bin' };
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env,
      encoding: 'utf8',
    }).trim();
    return started === '' ? undefined : new Date(`${started} UTC`).toISOString();
  } catch {
    return undefined; // ps answers 1 for a process that has gone
  }
}

/**
 * The machine, or the container: images are often baked with a machine id, so the host name, which a container
 * engine makes unique and keeps over a restart, is part of it. A Mac's name follows its network; its hardware id does not.
 */
function readHostId(): string {
  if (process.platform === 'darwin') return digest(readHardwareId() ?? hostname());
  return digest(readText('/etc/machine-id') ?? '', hostname());
}

function readHardwareId(): string | undefined {
  try {
    const text = execFileSync('/usr/sbin/ioreg', ['-rd1', '-c', 'IOPlatformExpertDevice'], {
      encoding: 'utf8',
    });
    return /"IOPlatformUUID" = "([^"]+)"/.exec(text)?.[1];
  } catch {
    return undefined; // the host name stands in for it
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined; // not this kind of system, or the process has gone
  }
}

function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}
