/**
 * Shows a push from outside, without any account: a fake Azure DevOps, a server of its own, a tree pushed, pushed
 * again, and pushed with one change. Both keep running until Ctrl-C; with `--once` they end by themselves.
 */
import { parseArgs } from 'node:util';
import { createTree, readStream, type Streamed } from './demo-tree.ts';
import { startFakeProcess } from './fake-upstream/fake-process.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';

const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
// Ctrl-C may be heard more than once: from the terminal, and from whoever started this.
const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve());
});

// Ctrl-C reaches the fake too: at the end it may be gone already, and cannot be asked for breaches.
await using fake = await startFakeProcess({ allowsBreaches: true });
// No address of a database: the server brings its own, in a folder that goes with it.
await using server = await startServerProcess('', { SYNCLINE_ALLOWED_UPSTREAM_HOSTS: fake.host });
say(`Fake of Azure DevOps at ${fake.url}, Syncline at ${server.url}`);
await connect(server);
await show(server);
if (!values.once) {
  say(`\nBoth go on running: ${server.url} shows the pushes. Ctrl-C ends them.`);
  await stopped;
}
await server.stop();

async function connect({ request }: ServerProcess): Promise<void> {
  const answer = await request('POST', '/api/azure-devops/configurations', {
    name: 'Demo',
    organization: 'contoso',
    patToken: 'fake-pat',
    apiHost: fake.url,
    setActive: true,
  });
  const { message } = (await answer.json()) as { message?: string };
  if (answer.status !== 201) throw new Error(`No connection: ${answer.status} ${message ?? ''}`);
  say(`Connected: ${message ?? 'the organisation contoso'}`);
}

async function show({ json }: ServerProcess): Promise<void> {
  const epics = createTree({ epics: 20, features: 5, stories: 5 });
  const first = await push('20 epics with 5 features each and 5 stories below each', epics);
  for (const frame of first.frames.slice(0, 3)) say(`  ${frame}`);
  say(`  … ${first.frames.length - 5} more frames`);
  for (const frame of first.frames.slice(-2)) say(`  ${frame}`);

  await push('the same tree again', epics);
  epics[0]!.name = 'A title that has changed';
  await push('one title changed', epics);

  const record = await json(`/api/sync-history/${first.historyId}`);
  say(`\nGET /api/sync-history/${first.historyId}\n${JSON.stringify(record, null, 2)}`);
  const audit = await json<{ data: { action_type: string; created_at: string; details: unknown }[] }>(
    '/api/audit-logs?limit=100',
  );
  say('\nGET /api/audit-logs');
  for (const { action_type: action, created_at: at, details } of audit.data) {
    say(`  ${at} ${action.padEnd(18)} ${JSON.stringify(details)}`);
  }
  const items = await fake.control.items();
  say(`\nAzure DevOps holds ${items.length} work items.`);
}

async function push(what: string, epics: readonly unknown[]): Promise<Streamed> {
  const beganMs = performance.now();
  const answer = await server.request('POST', '/api/azure-devops/projects/Fabrikam/workitems', { epics });
  const streamed = await readStream(answer);
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(2);
  const { total, created, updated, unchanged, failed, skipped } = streamed.summary;
  say(`\nPushed ${what}, in ${seconds} s:`);
  say(
    `  ${total} items: ${created} created, ${updated} updated, ${unchanged} unchanged, ${failed} failed, ${skipped} skipped`,
  );
  return streamed;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
