/** `npm test`: installs and builds what is missing or stale, then runs every suite this machine can run. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale } from '../server/bootstrap/build.mjs';
import { installIfNeeded } from '../server/bootstrap/install.mjs';
import { findChromium } from './support/find-chromium.mjs';

const root = join(import.meta.dirname, '..');

try {
  const selection = selectProjects(process.argv.slice(2));
  await installIfNeeded(root, (line) => console.log(line));
  await buildIfStale(root, (line) => console.log(line));
  process.exitCode = await runVitest([...selection, ...process.argv.slice(2)]);
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

/** @param {string[]} args */
async function runVitest(args) {
  const temporary = mkdtempSync(join(tmpdir(), 'syncline-test-'));
  chmodSync(temporary, 0o755); // as root, Postgres runs under another account
  const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args], {
    cwd: root,
    stdio: 'inherit',
    // Whatever a test that was cut off leaves lies in one folder, which this process removes.
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
  });
  // Ctrl-C reaches vitest as well (twice would make it give up clearing up): this process only has to outlast it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}
