/** Installs the locked dependencies where they are missing or not those of the lock file. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Development dependencies too, whatever NODE_ENV says: the compiler is one of them.
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function installIfNeeded(root, say) {
  if (await isInstalled(root)) return;

  say('Installing dependencies …');
  const startedAt = Date.now();
  await run('npm', ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional'], root);
  say(`Installed dependencies in ${seconds(startedAt)}`);
}

/**
 * Runs a program quietly; when it fails, the error holds all it said.
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 */
export async function run(program, args, cwd) {
  // On Windows npm is a script, which only a shell can start; no argument here holds a blank.
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code === 0) return;
  throw new Error(
    `${[program, ...args].join(' ')} failed (${code}):\n${Buffer.concat(said).toString().trim()}`,
  );
}

/** @param {number} startedAt */
export function seconds(startedAt) {
  return `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
}

/**
 * npm lists what it has put into node_modules when it is done, so an install that was cut off has no list.
 * A package that is locked but not listed is one for another kind of machine, if it is optional.
 * @param {string} root
 */
async function isInstalled(root) {
  const installed = await readPackages(join(root, 'node_modules', '.package-lock.json'));
  const locked = await readPackages(join(root, 'package-lock.json'));
  if (!installed || !locked) return false;

  return Object.entries(locked).every(([path, { version, optional }]) => {
    if (path === '') return true;
    return path in installed ? installed[path].version === version : optional === true;
  });
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, { version?: string; optional?: boolean }> | undefined>}
 */
async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch {
    return undefined; // not there, or not written to its end: nothing to rely on
  }
}
