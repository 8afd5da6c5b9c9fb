#!/usr/bin/env node
/** `npm start` and `syncline`: from a fresh clone to a running server; what is installed and built already is left alone. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const oldestNode = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace(
  '>=',
  '',
);

if (isOlder(process.versions.node, oldestNode)) {
  fail(
    `Syncline needs Node ${oldestNode} or newer; this is ${process.versions.node}. See https://nodejs.org.`,
  );
} else {
  await launch();
}

async function launch() {
  // Imported only now: an old Node would stumble over their syntax before it could be told.
  const { installIfNeeded } = await import('./bootstrap/install.mjs');
  const { buildIfStale } = await import('./bootstrap/build.mjs');
  try {
    // stderr: what a command prints for a program to read stays its own.
    await installIfNeeded(root, (line) => console.error(line));
    await buildIfStale(root, (line) => console.error(line));
  } catch (error) {
    fail(error.message);
    return;
  }
  await import(pathToFileURL(join(root, 'dist/server/main.js')).href);
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

/**
 * @param {string} version
 * @param {string} wanted
 */
function isOlder(version, wanted) {
  const [[major, minor], [wantedMajor, wantedMinor]] = [version, wanted].map((text) =>
    text.split('.').map(Number),
  );
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
