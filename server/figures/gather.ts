/** Gathers what `/metrics` tells from all over the server, at the moment somebody asks. */
import type { EventFigures } from '../core/event-figures.ts';
import type { WritingJournal } from '../core/journal.ts';
import type { Db } from '../db/open.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { DatabaseProbe } from '../features/health/probe.ts';
import type { MetricTable } from '../features/metrics/metric-table.ts';
import type { RequestFigures } from '../http/request-figures.ts';
import type { LoopMonitor } from '../platform/loop-monitor.ts';
import type { Readings } from '../platform/metrics.ts';
import type { Watchers } from '../watchers.ts';
import { askDatabase, toDatabaseReadings } from './database-readings.ts';
import { toProcessReadings } from './process-readings.ts';
import { one } from './samples.ts';
import { toStreamReadings } from './stream-readings.ts';
import { toWatchReadings } from './watch-readings.ts';

export interface FiguresOptions {
  readonly db: Db;
  readonly journal: WritingJournal;
  readonly delivery: Delivery;
  readonly probe: DatabaseProbe;
  readonly loop: LoopMonitor;
  readonly watchers: Watchers;
  readonly heard: EventFigures;
  readonly requests: RequestFigures;
  readonly runningHere: () => number;
  readonly isStopping: () => boolean;
  readonly build: { readonly version: string; readonly database: 'embedded' | 'external' };
}

export async function gatherFigures(options: FiguresOptions): Promise<Readings<MetricTable>> {
  const { journal, delivery, heard, requests, watchers } = options;
  const database = await askDatabase(options, delivery.fanout.through);
  return {
    ...toProcessReadings(options.loop),
    ...toDatabaseReadings(database, delivery.fanout.through),
    ...toStreamReadings(delivery),
    ...toWatchReadings(watchers.all),
    syncline_build_info: [{ labels: { ...options.build, node: process.version }, value: 1 }],
    syncline_ready: one(database.isUp && !options.isStopping() ? 1 : 0),
    syncline_writes_paused: one(delivery.trouble() === null ? 0 : 1),
    syncline_journal_heard_seq: one(journal.head()),
    syncline_journal_delivered_seq: one(delivery.fanout.through),
    syncline_journal_appended_events_total: one(journal.figures.appendedEvents),
    syncline_journal_group_events: [journal.figures.groupEvents],
    syncline_journal_append_seconds: [journal.figures.appendSeconds],
    syncline_journal_heard_events_total: heard.heard.samples,
    syncline_operations_running_here: one(options.runningHere()),
    syncline_operations_ended_total: heard.operationsEnded.samples,
    syncline_operation_duration_seconds: heard.operationSeconds.spreads,
    syncline_pushed_items_total: heard.pushedItems.samples,
    syncline_http_requests_total: requests.requests.samples,
    syncline_http_request_duration_seconds: requests.seconds.spreads,
    syncline_http_requests_in_flight: one(requests.inFlight),
  };
}
