/**
 * Mends the Postgres driver where it is installed: as it is published, a connection that closes between two turns of
 * the event loop ends the whole process, or never says anything again (porsager/postgres#1154, #1208); and what was
 * asked between the error and the close of a connection stays in its queue, where the next connection answers it
 * with the answer of another query.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

const files = ['src/connection.js', 'cjs/src/connection.js'];

/** Each as it is, and as it should be. */
const mends = [
  [
    `  function nextWrite(fn) {
    const x = socket.write(chunk, fn)
`,
    `  function nextWrite(fn) {
    if (!socket) {
      chunk = nextWriteTimer = null
      error(Errors.connection('CONNECTION_CLOSED', options, socket))
      return false
    }
    const x = socket.write(chunk, fn)
`,
  ],
  [
    `    clearImmediate(nextWriteTimer)
    socket.removeListener('data', data)
`,
    `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    socket.removeListener('data', data)
`,
  ],
  [
    `    clearImmediate(nextWriteTimer)
    if (socket) {
`,
    `    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    if (socket) {
`,
  ],
  [
    `    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
`,
    `    ;(query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
    query = results = errorResponse = null
    result = new Result()
    rows = 0
`,
  ],
];

/**
 * Mended already is as well; a driver that is neither as it was nor as it should be is refused.
 * @param {string} root
 */
export async function mendDriver(root) {
  for (const file of files) {
    const path = join(root, 'node_modules/postgres', file);
    const text = await readFile(path, 'utf8');
    const mended = mends.reduce((so, mend) => replace(so, mend, path), text);
    if (mended === text) continue;
    // Whoever imports it at this moment finds it whole.
    await writeFile(`${path}.mended`, mended);
    await rename(`${path}.mended`, path);
  }
}

/**
 * @param {string} text
 * @param {string[]} mend
 * @param {string} path
 */
function replace(text, [was, should], path) {
  if (text.includes(should)) return text;
  if (text.split(was).length !== 2) {
    throw new Error(
      `${path} is of another version: see whether server/bootstrap/mend-driver.mjs is still needed.`,
    );
  }
  return text.replace(was, () => should);
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  await mendDriver(join(dirname(fileURLToPath(import.meta.url)), '../..'));
}
