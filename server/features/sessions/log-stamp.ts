/** What a log's stat says, kept so that an unchanged one need not be opened (DX8). */
import type { BigIntStats } from 'node:fs';

export interface LogStamp {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
  readonly birthNs: bigint;
}

export function toStamp(stat: BigIntStats): LogStamp {
  const { mtimeNs, ctimeNs, ino, birthtimeNs } = stat;
  return { size: Number(stat.size), mtimeNs, ctimeNs, ino, birthNs: birthtimeNs };
}

const restNs = 2_000_000_000n;

/**
 * Does a stat match stand for equal bytes? Only if the stored stamp was of a file at rest: one written in the last two
 * seconds before its scan could have been written again within the same tick of the clock.
 */
export function isUnchanged(
  now: LogStamp,
  stored: Omit<LogStamp, 'birthNs'>,
  scanStartedAtNs: bigint,
): boolean {
  return (
    now.size === stored.size &&
    now.mtimeNs === stored.mtimeNs &&
    now.ctimeNs === stored.ctimeNs &&
    now.ino === stored.ino &&
    stored.mtimeNs + restNs <= scanStartedAtNs
  );
}

export const toMs = (ns: bigint): number => Number(ns / 1_000_000n);

/** ISO time of the file's birth where the system gives one that can be, else of its last change. */
export function toBornAt({ birthNs, mtimeNs }: LogStamp): string {
  const born = birthNs > 0n && birthNs <= mtimeNs ? birthNs : mtimeNs;
  return new Date(toMs(born)).toISOString();
}
