/** `syncline ops`: the operations of the server, listed, shown, followed, cancelled and tried again. */
import type { RouteAnswer } from '../../shared/api/define.ts';
import type { Routes } from '../../shared/api/index.ts';
import type { Answer } from '../../client/sdk/caller.ts';
import type { OperationRecord } from '../../shared/operations.ts';
import type { Command, ExitCode, Server, Surroundings, Terminal } from './command.ts';
import { exitCodes, UsageError } from './command.ts';
import { followOperation } from './follow.ts';
import { readWords, requireWord } from './options.ts';
import { toTable } from './table.ts';

export const ops: Command = {
  name: 'ops',
  usage: `syncline ops [list] [--project SLUG|*] [--status S] [--kind K] [--limit 20] [--json]
syncline ops show ID [--json]      the record with its phases
syncline ops follow ID [--json]    its events from the first to the last
syncline ops issues ID [--json]    what was wrong with which file
syncline ops cancel ID | retry ID [--json]`,
  async run(words, surroundings) {
    const { values, positionals } = readWords(words, {
      project: { type: 'string' },
      status: { type: 'string' },
      kind: { type: 'string' },
      limit: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const [action = 'list', ...rest] = positionals;
    if (action === 'list') {
      const { json, ...filters } = values;
      return await surroundings.withServer((server) => list(server, surroundings.terminal, filters, json));
    }
    const act = actions[action];
    if (act === undefined) throw new UsageError(`Not an action of ops: ${action}`);
    const id = requireWord(rest, 0, 'the id of an operation');
    return await surroundings.withServer((server) => act(server, surroundings, id, values.json));
  },
};

type Act = (server: Server, surroundings: Surroundings, id: string, isJson: boolean) => Promise<ExitCode>;

const actions: Readonly<Record<string, Act>> = {
  async show({ call }, { terminal }, id, isJson) {
    const { value } = await call('readOperation', { params: { id }, query: {} });
    if (isJson) terminal.out(JSON.stringify(value, null, 2));
    else showRecord(terminal, value);
    return exitCodes.done;
  },
  follow: (server, { terminal }, id, isJson) => followOperation({ server, terminal, id, isJson }),
  async issues({ call }, { terminal }, id, isJson) {
    let cursor: string | undefined;
    do {
      const { value }: Answer<RouteAnswer<Routes['listOperationIssues']>> = await call(
        'listOperationIssues',
        {
          params: { id },
          query: { limit: '200', cursor },
        },
      );
      for (const issue of value.items) {
        const { severity, code, path, line, message } = issue;
        const place = line === null || line === undefined ? path : `${path}:${line}`;
        terminal.out(isJson ? JSON.stringify(issue) : `${severity} ${code} ${place}: ${message}`);
      }
      cursor = value.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return exitCodes.done;
  },
  async cancel({ call }, { terminal }, id, isJson) {
    const { value } = await call('cancelOperation', { params: { id }, query: {} });
    terminal.out(isJson ? JSON.stringify(value) : value.message);
    return exitCodes.done;
  },
  async retry(server, { terminal }, id, isJson) {
    const { value } = await server.call('retryOperation', { params: { id }, query: {} });
    return await followOperation({ server, terminal, id: value.operationId, isJson });
  },
};

async function list(
  { call }: Server,
  terminal: Terminal,
  filters: Readonly<Record<string, string | undefined>>,
  isJson: boolean,
): Promise<ExitCode> {
  const query = Object.fromEntries(
    Object.entries({ project: '*', ...filters }).filter(([, v]) => v !== undefined),
  );
  const { value } = await call('listOperations', { query });
  if (isJson) for (const item of value.items) terminal.out(JSON.stringify(item));
  else if (value.items.length === 0) terminal.out('No operations');
  else for (const line of toTable(value.items.map(toRow), terminal.columns)) terminal.out(line);
  return exitCodes.done;
}

const toRow = (record: OperationRecord) => ({
  id: record.id,
  project: record.projectSlug ?? '',
  kind: record.kind,
  trigger: record.trigger,
  status: record.status,
  phase: record.phase,
  ms: String(record.durationMs),
  issues: String(record.issues),
  message: record.error ?? record.message,
});

function showRecord(terminal: Terminal, record: OperationRecord): void {
  const { id, kind, projectSlug, trigger, status, durationMs, message, error, queuedAt } = record;
  terminal.out(`${id}  ${kind} of ${projectSlug ?? 'no project'}, by ${trigger}, queued ${queuedAt}`);
  terminal.out(`${status} after ${durationMs} ms: ${error ?? message}`);
  const phases = (record.phases ?? []).map(({ name, durationMs: ms, progress }) => ({
    phase: name,
    ms: String(ms),
    done: progress.processed === undefined || progress.processed === null ? '' : String(progress.processed),
  }));
  for (const line of toTable(phases, terminal.columns)) terminal.out(line);
  for (const [name, value] of Object.entries(record.counters)) terminal.out(`${name}: ${value}`);
}
