/** Builds the server and the dashboard into dist/ where their sources have changed since the last build. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, seconds } from './install.mjs';

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string[]} sources files and folders that decide whether the build is stale
 * @property {string} result what is there after a build
 * @property {string[]} command a program of node_modules and its arguments
 */

/** @type {readonly Part[]} */
const parts = [
  {
    name: 'server',
    sources: [
      'server',
      'shared',
      'client/sdk',
      'bench',
      'tsconfig.json',
      'tsconfig.build.json',
      'package-lock.json',
    ],
    result: 'dist/server/main.js',
    command: ['typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  },
  {
    name: 'client',
    sources: ['client', 'shared', 'tsconfig.json', 'package-lock.json'],
    result: 'dist/client/index.html',
    command: ['vite/bin/vite.js', 'build', 'client', '--logLevel', 'warn'],
  },
];

/**
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function buildIfStale(root, say) {
  const built = await Promise.allSettled(parts.map((part) => buildPart(root, part, say)));
  const failures = built.flatMap((one) => (one.status === 'rejected' ? [one.reason.message] : []));
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/**
 * @param {string} root
 * @param {Part} part
 * @param {(line: string) => void} say
 */
async function buildPart(root, { name, sources, result, command: [program, ...args] }, say) {
  const stamp = join(root, 'dist', `.built-${name}`);
  const hash = await hashSources(root, sources);
  if (existsSync(join(root, result)) && (await readFile(stamp, 'utf8').catch(() => '')) === hash) return;

  const startedAt = Date.now();
  await run(process.execPath, [join(root, 'node_modules', program), ...args], root);
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(stamp, hash);
  say(`Built the ${name} in ${seconds(startedAt)}`);
}

/**
 * Contents, not times: a checkout or a copy changes times and nothing else.
 * @param {string} root
 * @param {string[]} sources
 */
async function hashSources(root, sources) {
  const hash = createHash('sha256').update(process.version);
  for (const source of sources) {
    for (const file of await listFiles(root, source)) {
      hash.update(`\n${file}\n`).update(await readFile(join(root, file)));
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} path relative to it; one that is missing has no files
 * @returns {Promise<string[]>}
 */
async function listFiles(root, path) {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!entries) return [path];

  const files = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory()) files.push(...(await listFiles(root, `${path}/${entry.name}`)));
    if (entry.isFile()) files.push(`${path}/${entry.name}`);
  }
  return files;
}
