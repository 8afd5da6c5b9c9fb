/** How the process and its event loop are doing, as samples. */
import type { LoopMonitor } from '../platform/loop-monitor.ts';
import type { Sample } from '../platform/metrics.ts';
import { readProcessFigures } from '../platform/process-figures.ts';
import { one } from './samples.ts';

export function toProcessReadings(loop: LoopMonitor) {
  const read = readProcessFigures();
  const { p50Ms, p99Ms, maxMs, stalls } = loop.figures;
  const delay = (quantile: string, ms: number): Sample => ({ labels: { quantile }, value: ms / 1000 });
  return {
    process_cpu_seconds_total: one(read.cpuSeconds),
    process_resident_memory_bytes: one(read.residentBytes),
    process_open_fds: read.openFiles === null ? [] : one(read.openFiles),
    process_start_time_seconds: one(read.startedAtSeconds),
    nodejs_heap_used_bytes: one(read.heapUsedBytes),
    nodejs_heap_total_bytes: one(read.heapTotalBytes),
    nodejs_external_memory_bytes: one(read.externalBytes),
    nodejs_eventloop_delay_seconds: [delay('0.5', p50Ms), delay('0.99', p99Ms), delay('1', maxMs)],
    nodejs_eventloop_stalls_total: one(stalls),
  };
}
