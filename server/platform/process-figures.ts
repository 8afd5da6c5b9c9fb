/** What the operating system says of this process. */
import { readdirSync } from 'node:fs';

export interface ProcessFigures {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  readonly heapTotalBytes: number;
  readonly externalBytes: number;
  /** Null where the system does not tell. */
  readonly openFiles: number | null;
  readonly startedAtSeconds: number;
}

export function readProcessFigures(): ProcessFigures {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  return {
    cpuSeconds: (user + system) / 1e6,
    residentBytes: rss,
    heapUsedBytes: heapUsed,
    heapTotalBytes: heapTotal,
    externalBytes: external,
    openFiles: countOpenFiles(),
    startedAtSeconds: performance.timeOrigin / 1000,
  };
}

function countOpenFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    // Not a Linux.
    return null;
  }
}
