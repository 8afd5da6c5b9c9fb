/** Follows one operation to its end: a bar on a terminal, lines elsewhere, its events as NDJSON on request. */
import { setTimeout } from 'node:timers/promises';
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { OperationRecord } from '../../shared/operations.ts';
import { CallError } from '../../client/sdk/caller.ts';
import { exitCodes, type ExitCode, type Server, type Terminal } from './command.ts';
import { toProgressLine } from './progress-line.ts';

interface FollowOptions {
  readonly server: Server;
  readonly terminal: Terminal;
  readonly id: string;
  readonly isJson: boolean;
}

const holdS = 20;
const retryMs = 500;
const retries = 20;

export async function followOperation(options: FollowOptions): Promise<ExitCode> {
  const { terminal, isJson } = options;
  let end: OperationRecord | null = null;
  for await (const event of readEvents(options)) {
    if (isJson) terminal.out(JSON.stringify(event));
    else show(terminal, event);
    end = toEnd(event) ?? end;
  }
  const record = end ?? (await readRecord(options));
  if (!isJson) {
    if (terminal.isInteractive) terminal.redraw('');
    terminal.out(describeEnd(record));
  }
  return toExitCode(record);
}

/** Every event once and in order; a server that is away for a moment is asked again at the same place. */
async function* readEvents({ server, terminal, id }: FollowOptions): AsyncGenerator<SynclineEvent> {
  let after = 'earliest';
  let failures = 0;
  for (;;) {
    const page = await server
      .call(
        'pollOperationEvents',
        { params: { id }, query: { after, wait: String(holdS) } },
        { signal: terminal.signal },
      )
      .catch((failure: unknown) => {
        failures += 1;
        if (failure instanceof CallError && failure.isTransient && failures < retries) return null;
        throw failure;
      });
    if (page === null) {
      await setTimeout(retryMs, undefined, { signal: terminal.signal });
      continue;
    }
    failures = 0;
    const { events, next, reset } = page.value;
    yield* events;
    if (reset === 'pruned' || events.some((event) => toEnd(event) !== null)) return;
    after = next;
  }
}

async function readRecord({ server, id }: FollowOptions): Promise<OperationRecord> {
  return (await server.call('readOperation', { params: { id }, query: {} })).value;
}

function toEnd(event: SynclineEvent): OperationRecord | null {
  const isEnd =
    event.type === 'operation:completed' ||
    event.type === 'operation:failed' ||
    event.type === 'operation:cancelled';
  return isEnd ? event.data.operation : null;
}

function show(terminal: Terminal, event: SynclineEvent): void {
  if (event.type === 'operation:issue') {
    for (const { severity, path, message } of event.data.issues) {
      terminal.err(`${severity}: ${path}: ${message}`);
    }
  }
  if (event.type === 'operation:progress' && terminal.isInteractive) {
    terminal.redraw(toProgressLine(event.data, terminal.columns));
  }
  if (event.type === 'operation:phase' && event.data.phase.finishedAt !== null) {
    const { name, durationMs } = event.data.phase;
    if (!terminal.isInteractive) terminal.out(`${name}: ${durationMs} ms`);
  }
}

function describeEnd(record: OperationRecord): string {
  const { status, kind, durationMs, message, error, issues, id } = record;
  const said = status === 'completed' ? message : (error ?? message);
  const withIssues =
    issues === 0 ? '' : `, ${issues} issue${issues === 1 ? '' : 's'} (syncline ops issues ${id})`;
  return `${kind} ${status} in ${durationMs} ms: ${said}${withIssues}`;
}

export function toExitCode({ status }: OperationRecord): ExitCode {
  if (status === 'completed') return exitCodes.done;
  return status === 'cancelled' ? exitCodes.cancelled : exitCodes.failed;
}
