/** `npm test`: installs and builds what is missing or stale, then runs every suite this machine can run. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale } from '../server/bootstrap/build.mjs';
import { installIfNeeded } from '../server/bootstrap/install.mjs';
import { findChromium } from './support/find-chromium.mjs';
import { findDoubtful, merge, sum, toClosingLine, toRemarks } from './support/outcome.mjs';

const root = join(import.meta.dirname, '..');

try {
  const selection = selectProjects(process.argv.slice(2));
  await installIfNeeded(root, (line) => console.log(line));
  await buildIfStale(root, (line) => console.log(line));
  process.exitCode = await runAll([...selection, ...process.argv.slice(2)]);
} catch (error) {
  console.error(error.message);
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
}

/** @param {string[]} args */
function selectProjects(args) {
  if (args.some((argument) => argument.startsWith('--project')) || findChromium()) return [];

  const missing = 'no Chromium was found (looked for chromium and google-chrome in PATH and at CHROME_PATH)';
  if (isSet(process.env.CI)) throw new Error(`The browser tests cannot run: ${missing}.`);
  console.log(`The browser tests are left out: ${missing}.`);
  return ['--project', '!browser'];
}

/** @param {string | undefined} value */
function isSet(value) {
  return value !== undefined && !['', '0', 'false'].includes(value);
}

/**
 * Everything, and then once more, alone, the files in which something failed.
 * @param {string[]} args
 */
async function runAll(args) {
  const first = await runVitest(args);
  const looks = [];
  const doubtful = findDoubtful(first);
  for (const project of new Set(doubtful.map((file) => file.project))) {
    const names = doubtful.filter((file) => file.project === project).map(({ file }) => file);
    console.log(`\nA second look, alone: ${project} ${names.join(' ')}`);
    looks.push(await runVitest(['--project', project, '--no-file-parallelism', ...names]));
  }
  const last = merge(first, looks);
  for (const remark of toRemarks(first, last)) console.log(remark);
  const tally = sum(last);
  console.log(`\n${toClosingLine(tally)}`);
  return tally.failed === 0 ? 0 : 1;
}

/**
 * @param {string[]} args
 * @returns {Promise<import('./support/outcome.mjs').Outcome>}
 */
async function runVitest(args) {
  const temporary = mkdtempSync(join(tmpdir(), 'syncline-test-'));
  chmodSync(temporary, 0o755); // as root, Postgres runs under another account
  const outcome = join(temporary, 'outcome.json');
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args], {
    cwd: root,
    stdio: 'inherit',
    // Whatever a test that was cut off leaves lies in one folder, which this process removes.
    env: {
      ...process.env,
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      SYNCLINE_TEST_OUTCOME: outcome,
    },
  });
  // Ctrl-C reaches vitest as well (twice would make it give up clearing up): this process only has to outlast it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status, signal) => resolve(String(status ?? signal)));
    });
    return readOutcome(outcome, code);
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/**
 * @param {string} file
 * @param {string} code
 */
function readOutcome(file, code) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { files: [], unhandled: [`the run ended with ${code} and left no outcome`] };
  }
}
