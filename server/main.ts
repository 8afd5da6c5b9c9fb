/** The process edge: arguments, environment and signals in; one line with the address out. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Surroundings } from './cli/command.ts';
import { withServer } from './cli/connect.ts';
import { commands, findCommand, runCommand } from './cli/run.ts';
import { createTerminal } from './cli/terminal.ts';
import { AppError } from '../shared/failure.ts';
import { DataFolderInUse } from './db/data-folder-lock.ts';
import { DatabaseTooNew } from './db/migrate.ts';
import { BadSettings, readConfig, settings } from './platform/config.ts';
import { findPackageRoot } from './platform/package-root.ts';
import { openServer, type RunningServer } from './server.ts';

const usage = `Usage: npm start -- [DIR…] [--insecure] [--help]

Serves the dashboard and the API. Each DIR is registered as a project and synced.
Commands, instead of a DIR (each has --help): ${commands.map(({ name }) => name).join(', ')}
Settings are environment variables:
${Object.entries(settings)
  .map(([name, [, purpose]]) => `  ${name.padEnd(36)} ${purpose}`)
  .join('\n')}
`;

async function main(): Promise<void> {
  const [word, ...words] = process.argv.slice(2);
  const command = findCommand(word);
  if (command === undefined) await serve();
  else process.exitCode = await runCommand(command, words, createSurroundings());
}

function createSurroundings(): Surroundings {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  const place = { environment: process.env, root: findPackageRoot(), version: readVersion() };
  return {
    terminal: createTerminal(process, stopping),
    environment: process.env,
    withServer: (use, database) => withServer({ ...place, database }, use),
  };
}

function readVersion(): string {
  const text = readFileSync(join(findPackageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

async function serve(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { insecure: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const root = findPackageRoot();
  const config = readConfig(process.env, { root, isInsecure: values.insecure });
  const server = await openServer({
    config,
    version: readVersion(),
    environment: process.env,
    folders: positionals,
  });
  closeOnSignal(server);
  const [slug] = server.slugs;
  const page = slug === undefined ? server.url : `${server.url}/projects/${slug}`;
  process.stdout.write(`Syncline is ready at ${page}\n`);
  if (config.SYNCLINE_OPEN) openBrowser(page);
}

function closeOnSignal(server: RunningServer): void {
  let isClosing = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isClosing) return;
      isClosing = true;
      // An embedded database or a socket that cannot close must not keep the process for ever (SS5).
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 9_500).unref();
      Promise.resolve(server[Symbol.asyncDispose]()).catch((failure: unknown) => {
        process.stderr.write(`Syncline did not stop cleanly: ${String(failure)}\n`);
        process.exitCode = 1;
      });
    });
  }
}

function openBrowser(url: string): void {
  const command = { darwin: 'open', win32: 'explorer' }[process.platform as string] ?? 'xdg-open';
  // A machine without a browser is no reason to fail: the address has been printed.
  spawn(command, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

const isExpected = (failure: unknown): failure is Error =>
  [BadSettings, DataFolderInUse, DatabaseTooNew, AppError].some((kind) => failure instanceof kind) ||
  (failure instanceof Error && 'code' in failure && failure.code === 'EADDRINUSE');

main().catch((failure: unknown) => {
  const text = isExpected(failure)
    ? failure.message
    : failure instanceof Error
      ? (failure.stack ?? '')
      : String(failure);
  process.stderr.write(`Syncline cannot start: ${text}\n`);
  process.exitCode = 1;
});
