/** Every figure that `/metrics` tells: its name, kind, meaning and labels. The page in docs/generated is printed from it. */
import type { MetricDefinitions } from '../../platform/metrics.ts';

const counter = (help: string, ...labels: string[]) => ({ kind: 'counter', help, labels }) as const;
const gauge = (help: string, ...labels: string[]) => ({ kind: 'gauge', help, labels }) as const;
const histogram = (help: string, ...labels: string[]) => ({ kind: 'histogram', help, labels }) as const;

export const metricTable = {
  process_cpu_seconds_total: counter('Processor time that the process has used.'),
  process_resident_memory_bytes: gauge('Resident memory of the process.'),
  process_open_fds: gauge('Open file descriptors; absent where the system does not tell.'),
  process_start_time_seconds: gauge('When the process began, in seconds since 1970.'),
  nodejs_heap_used_bytes: gauge('JavaScript heap in use.'),
  nodejs_heap_total_bytes: gauge('JavaScript heap that is reserved.'),
  nodejs_external_memory_bytes: gauge('Memory of buffers outside the JavaScript heap.'),
  nodejs_eventloop_delay_seconds: gauge('Delay of the event loop over the last minute or two.', 'quantile'),
  nodejs_eventloop_stalls_total: counter('Times that the event loop stood for more than half a second.'),
  syncline_build_info: gauge('Always 1; the labels tell what runs.', 'version', 'node', 'database'),
  syncline_ready: gauge('1 when the server takes requests, as /readyz says.'),
  syncline_writes_paused: gauge('1 while nothing can be saved because the database takes no writes (F10).'),

  syncline_database_up: gauge('1 when the database answers.'),
  syncline_database_answer_seconds: gauge('How long the database took to answer the last probe.'),
  syncline_database_connections: gauge('Connections of all servers to this database by state.', 'state'),

  syncline_journal_head_seq: gauge('Newest event of the database.'),
  syncline_journal_oldest_seq: gauge('Oldest event that is still kept.'),
  syncline_journal_heard_seq: gauge('Newest event that this server has heard.'),
  syncline_journal_delivered_seq: gauge('Event up to which readers at the head have been served here.'),
  syncline_journal_lag_events: gauge('Events that were committed and not yet served here.'),
  syncline_journal_lag_seconds: gauge('Age of the oldest event that was not yet served here; 0 without one.'),
  syncline_journal_appended_events_total: counter('Events that this server has written.'),
  syncline_journal_group_events: histogram('Events that shared one group commit.'),
  syncline_journal_append_seconds: histogram('Time from the hand-over of a group to its commit.'),
  syncline_journal_heard_events_total: counter(
    'Events that this server has heard, its own and those of others.',
    'type',
  ),

  syncline_subscribers: gauge('Streams, sockets and held polls that are open.', 'transport'),
  syncline_subscriber_topics: gauge('Topics that they listen to.', 'transport'),
  syncline_subscribers_behind: gauge(
    'Those that read the journal at their own pace and are not at its head.',
    'transport',
  ),
  syncline_subscriber_lag_events: gauge(
    'Events that they have yet to be handed: the most of one, and all together.',
    'transport',
    'aggregate',
  ),
  syncline_subscriber_queue_bytes: gauge(
    'Bytes that wait for them in memory: the most of one, and all together.',
    'transport',
    'aggregate',
  ),
  syncline_subscriptions_opened_total: counter('Streams, sockets and held polls that were opened.'),
  syncline_subscriptions_closed_total: counter('Those that have ended.'),
  syncline_subscriber_cuts_total: counter('Subscribers that were cut because they took nothing any more.'),
  syncline_subscriber_rotations_total: counter('Streams that were asked to reconnect because of their age.'),
  syncline_stream_resets_total: counter('Cursors that could not be honoured.'),
  syncline_sockets_refused_total: counter('Handshakes of socket.io that were answered with a failure.'),
  syncline_collapsed_events_total: counter('Superseded progress events that a lagging reader was spared.'),
  syncline_fanout_events_total: counter('Events that the fan-out has taken to readers at the head.'),

  syncline_operations: gauge('Operations that are queued or running, of all servers.', 'kind', 'status'),
  syncline_lanes: gauge('Lanes with a running operation, and lanes in which one waits.', 'state'),
  syncline_operations_running_here: gauge('Operations that this server runs.'),
  syncline_operations_ended_total: counter(
    'Operations whose end this server has heard, of all servers.',
    'kind',
    'status',
  ),
  syncline_operation_duration_seconds: histogram('How long they ran.', 'kind'),
  syncline_pushed_items_total: counter(
    'Work items of pushes by outcome, as this server has heard.',
    'item',
    'outcome',
  ),

  syncline_lease_info: gauge('Always 1; the labels tell who holds what. At most 100.', 'name', 'owner'),
  syncline_lease_remaining_seconds: gauge('Time until the lease runs out unless it is renewed.', 'name'),

  syncline_watches: gauge('Projects that this server watches.', 'state'),
  syncline_watch_state: gauge('1 for the state that a watch is in. At most 50 projects.', 'project', 'state'),
  syncline_watch_pending_changes: gauge('Changes that were seen and not yet handed over.', 'project'),
  syncline_watch_failed_dispatches: gauge('Batches that failed, one after another, until now.', 'project'),
  syncline_watch_repairs_total: counter(
    'Differences that a walk has found and the watcher had not told of.',
    'project',
  ),

  syncline_masked_secrets: gauge('Secrets that are masked in the session logs of the index (GU11).'),

  syncline_http_requests_total: counter('Requests that were answered.', 'method', 'route', 'status'),
  syncline_http_request_duration_seconds: histogram(
    'Time to the answer; of a stream, to its first bytes.',
    'method',
    'route',
  ),
  syncline_http_requests_in_flight: gauge('Requests that are being answered.'),
} as const satisfies MetricDefinitions;

export type MetricTable = typeof metricTable;
