/** What a file's stat says, kept so that an unchanged file need not be read again (DX8). */
import type { BigIntStats } from 'node:fs';

/** Nanoseconds need 64 bits: as numbers of milliseconds they would lose the last hundreds of them. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
}

export function toStamp(stat: BigIntStats): FileStamp {
  return { size: Number(stat.size), mtimeNs: stat.mtimeNs, ctimeNs: stat.ctimeNs, ino: stat.ino };
}

/**
 * Does a stat match stand for equal bytes? Only if the stored stamp was of a file at rest: one written in the
 * last two seconds before its scan could have been written again within the same tick of the clock.
 */
export function isSameStamp(now: FileStamp, stored: FileStamp, scanStartedAtNs: bigint): boolean {
  return areEqualStamps(now, stored) && stored.mtimeNs + restNs <= scanStartedAtNs;
}

const restNs = 2_000_000_000n;

export function areEqualStamps(left: FileStamp, right: FileStamp): boolean {
  return (
    left.size === right.size &&
    left.mtimeNs === right.mtimeNs &&
    left.ctimeNs === right.ctimeNs &&
    left.ino === right.ino
  );
}

export function toMs(ns: bigint): number {
  return Number(ns / 1_000_000n);
}

/**
 * When the file was born, or 0 where the system does not say. Some systems answer with the time of the last change,
 * which is no birth (GD8); that is told apart by its difference from the modification time.
 */
export function toBirthNs(stat: Pick<BigIntStats, 'birthtimeNs' | 'ctimeNs' | 'mtimeNs'>): bigint {
  const isChangeTime = stat.birthtimeNs === stat.ctimeNs && stat.ctimeNs !== stat.mtimeNs;
  return isChangeTime ? 0n : stat.birthtimeNs;
}

/** The start of a scan, in the unit of the stamps it will store. */
export function toScanStart(nowMs: number): bigint {
  return BigInt(Math.floor(nowMs)) * 1_000_000n;
}
