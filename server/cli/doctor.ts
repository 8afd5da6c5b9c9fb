/** `syncline doctor`: looks at everything Syncline stands on, and says what to do about what is not well. */
import { execFile } from 'node:child_process';
import { access, constants, readFile, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { readConfig } from '../platform/config.ts';
import { findPackageRoot } from '../platform/package-root.ts';
import { exitCodes, type Command, type Server, type Surroundings } from './command.ts';
import { readWords } from './options.ts';

export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was looked at, and how it is. */
  readonly message: string;
  readonly remedy: string | null;
}

const leastFreeBytes = 512 * 1024 * 1024;
const leastWatches = 65_536;

export const doctor: Command = {
  name: 'doctor',
  usage: `syncline doctor [--json]

Looks at Node, git, the data folder, the disk, the database, the watcher and every project, and names the remedy of
what is not well. Ends with 1 when something keeps Syncline from working.`,
  async run(words, surroundings) {
    const { values } = readWords(words, { json: { type: 'boolean', default: false } });
    const { terminal } = surroundings;
    let hasFailed = false;
    for await (const finding of examine(surroundings)) {
      hasFailed ||= finding.state === 'fail';
      terminal.out(values.json ? JSON.stringify(finding) : describe(finding));
    }
    return hasFailed ? exitCodes.failed : exitCodes.done;
  },
};

const describe = ({ state, message, remedy }: Finding): string =>
  `${state.padEnd(4)}  ${message}${remedy === null ? '' : `\n      ${remedy}`}`;

const ok = (message: string): Finding => ({ state: 'ok', message, remedy: null });
const warn = (message: string, remedy: string): Finding => ({ state: 'warn', message, remedy });
const fail = (message: string, remedy: string): Finding => ({ state: 'fail', message, remedy });

async function* examine({ environment, withServer }: Surroundings): AsyncGenerator<Finding> {
  yield ok(`Node ${process.versions.node}`);
  yield await examineGit(environment);
  const config = readConfig(environment, { root: findPackageRoot(), isInsecure: true });
  yield* await examineFolder(config.SYNCLINE_DATA_DIR);
  if (process.platform === 'linux') yield await examineWatches();
  yield* await withServer(examineServer).catch((failure: unknown) => [
    fail(
      `No server answers, and none could be opened: ${failure instanceof Error ? failure.message : String(failure)}`,
      'Start one with npm start and read what it says.',
    ),
  ]);
}

async function examineGit(environment: Surroundings['environment']): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version'], {
      env: { ...environment } as NodeJS.ProcessEnv,
    });
    return ok(stdout.trim());
  } catch {
    return warn('git was not found', 'Install git: without it, documents are dated by their files alone.');
  }
}

async function examineFolder(folder: string): Promise<Finding[]> {
  const existing = await nearestExisting(folder);
  const canWrite = await access(existing, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!canWrite) {
    return [
      fail(`The data folder ${folder} cannot be written`, 'Allow it, or set SYNCLINE_DATA_DIR to another.'),
    ];
  }
  const { bavail, bsize } = await statfs(existing);
  const freeMb = Math.floor((bavail * bsize) / 1024 / 1024);
  const space =
    bavail * bsize < leastFreeBytes
      ? warn(`Only ${freeMb} MB are free below ${folder}`, 'Free some space: a full disk stops indexing.')
      : ok(`${freeMb} MB free below ${folder}`);
  return [ok(`Data folder ${folder}`), space];
}

async function nearestExisting(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const exists = await access(folder).then(
      () => true,
      () => false,
    );
    if (exists || folder === dirname(folder)) return folder;
  }
}

async function examineWatches(): Promise<Finding> {
  const text = await readFile('/proc/sys/fs/inotify/max_user_watches', 'utf8').catch(() => '');
  const limit = Number.parseInt(text, 10);
  if (Number.isNaN(limit)) return ok('No limit of file watches is told here');
  if (limit >= leastWatches) return ok(`${limit} file watches allowed`);
  return warn(
    `Only ${limit} file watches are allowed`,
    `Large trees will be polled. Raise it: sudo sysctl fs.inotify.max_user_watches=524288`,
  );
}

async function examineServer({ url, call }: Server): Promise<Finding[]> {
  const [health, { value: projects }] = await Promise.all([
    call('readHealth', {}).then(({ value }) => value),
    call('listProjects', {}),
  ]);
  const findings = [ok(`Server at ${url}, version ${health.version}, ${health.storageMode} database`)];
  for (const { message, remedy } of health.degraded)
    findings.push(warn(message, remedy ?? 'It passes by itself.'));
  for (const { slug, sync_status: status, sync_error: error, issue_count: issues } of projects) {
    const line = `Project ${slug}: ${status}, ${issues} issue${issues === 1 ? '' : 's'}`;
    if (status === 'error')
      findings.push(fail(`${line}: ${error ?? ''}`, `Repair it, then: syncline sync --project ${slug}`));
    else if (error !== null)
      findings.push(warn(`${line}: ${error}`, `Read them: syncline ops --project ${slug}`));
    else findings.push(ok(line));
  }
  for (const { slug, watchState, reason } of health.projects) {
    if (watchState === 'halted' || watchState === 'retrying') {
      findings.push(
        warn(
          `Watching ${slug} is ${watchState}: ${reason ?? ''}`,
          'It goes on by itself once the folder is back.',
        ),
      );
    }
  }
  return findings;
}
