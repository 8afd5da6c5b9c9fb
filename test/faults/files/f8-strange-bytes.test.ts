/** Files that no person would write: huge ones, broken ones, and bytes that mean nothing (F8). */
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';
import { startServerProcess, type ServerProcess } from '../../support/server-process.ts';
import { createTree } from '../../support/tree.ts';
import { createAgentHome, toLine, toSessionId } from './logs-kit.ts';

// A server and many files: on a busy machine each step takes its time.
vi.setConfig({ testTimeout: 120_000 });

const megabyte = 1024 * 1024;
const logMegabytes = 64;

/** Lines of 64 KB, with a ten-megabyte one after the first. */
function writeHugeLog(path: string, sessionId: string, cwd: string): { longLineAt: number; lines: number } {
  const file = openSync(path, 'w');
  const first = toLine(sessionId, 0, 'The first line', cwd);
  writeSync(file, first);
  writeSync(file, toLine(sessionId, 1, 'x'.repeat(10 * megabyte), cwd));
  let lines = 2;
  for (let written = 0; written < logMegabytes * megabyte; lines += 1)
    written += writeSync(file, toLine(sessionId, lines, `Line ${lines} ${'y'.repeat(65_536)}`, cwd));
  writeSync(file, toLine(sessionId, lines, 'The last line', cwd));
  closeSync(file);
  return { longLineAt: first.length, lines: lines + 1 };
}

async function readIssues(
  server: ServerProcess,
  project: string,
): Promise<[code: string, offset: number | null][]> {
  const { items } = await server.json<{ items: { code: string; offset: number | null }[] }>(
    `/api/cache/issues?project=${project}`,
  );
  return items.map(({ code, offset }) => [code, offset]);
}

/** Of the server's own process, in MB. */
function residentMegabytes(pid: number, which: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${which}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024;
}

test('[F8] a huge log and a line of 10 MB are read in bounded memory, with the offset of what was left out', async () => {
  await using tree = await createTree({ 'a.md': '# A\n' });
  using home = createAgentHome();
  const sessionId = toSessionId(1);
  const path = join(home.folderOf(tree.root), `${sessionId}.jsonl`);
  const { longLineAt, lines } = writeHugeLog(path, sessionId, tree.root);
  const database = await createTestDatabase();
  const server = await startServerProcess(database.url, { SYNCLINE_CLAUDE_HOME: home.path });
  try {
    await server.request('POST', '/api/v1/projects', { name: 'Huge', sdlc_path: tree.root });
    const before = residentMegabytes(server.pid, 'VmRSS');
    const answer = await server.request('POST', '/api/cache/sync', {
      project: 'huge',
      background: false,
      force: false,
    });
    const peak = residentMegabytes(server.pid, 'VmHWM');

    expect(answer.status).toBe(200);
    const session = await server.json<{ lines: number; longLines: number }>(
      `/api/v1/projects/huge/sessions/S-${sessionId}`,
    );
    expect(session).toMatchObject({ longLines: 1, lines });
    expect(await readIssues(server, 'huge')).toEqual([['LINE_TOO_LONG', longLineAt]]);
    // The log is not in it: a line, a batch, and what the collector has not got to yet.
    expect(peak - before).toBeLessThan(220);
  } finally {
    await server[Symbol.asyncDispose]();
    await database.drop();
  }
});

const text = (value: string) => Buffer.from(value, 'utf8');
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? text(part) : Buffer.from(part))));

const documents: readonly [name: string, content: Buffer, title: string | null][] = [
  ['bom.md', bytes([0xef, 0xbb, 0xbf], '---\ntitle: With BOM\n---\nText\n'), 'With BOM'],
  ['crlf.md', bytes('---\r\ntitle: With CRLF\r\n---\r\nText\r\n'), 'With CRLF'],
  ['cr.md', bytes('# With CR\rText\r'), 'With CR'],
  ['nul.md', bytes('# With NUL\n\nA', [0], 'B\n'), 'With NUL'],
  ['broken.md', bytes('# Broken\n', [0xff, 0xfe], '\n'), null],
  // A surrogate encoded on its own is no UTF-8.
  ['surrogate.md', bytes('# Surrogate\n', [0xed, 0xa0, 0x80], '\n'), null],
  ['empty.md', bytes(), 'empty'],
  ['only-bom.md', bytes([0xef, 0xbb, 0xbf]), 'only-bom'],
];

test('[F8] bytes that mean nothing cost their own file at most, and lone surrogates not even that', async () => {
  await using tree = await createTree({});
  using home = createAgentHome();
  for (const [name, content] of documents) await tree.write(`docs/${name}`, content);
  const sessionId = toSessionId(2);
  const line = (index: number, said: string) => text(toLine(sessionId, index, said, tree.root));
  const broken = Buffer.concat([text('{"type":"user", '), Buffer.from([0xff, 0x00]), text('\n')]);
  const first = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), line(0, 'After a BOM')]);
  writeFileSync(
    join(home.folderOf(tree.root), `${sessionId}.jsonl`),
    Buffer.concat([
      first,
      broken,
      text(line(1, 'Before CRLF').toString().replace('\n', '\r\n')),
      text(line(2, 'Alone: SURROGATE').toString().replace('SURROGATE', '\\ud800')),
      text(line(3, 'Nothing: NUL').toString().replace('NUL', '\\u0000')),
      Buffer.concat([
        text(line(4, 'Invalid: ').toString().slice(0, -4)),
        Buffer.from([0xc3, 0x28]),
        text('"}}\n'),
      ]),
      line(5, 'The last'),
    ]),
  );
  const database = await createTestDatabase();
  const server = await startServerProcess(database.url, { SYNCLINE_CLAUDE_HOME: home.path });
  try {
    await server.request('POST', '/api/v1/projects', { name: 'Strange', sdlc_path: tree.root });
    const answer = await server.request('POST', '/api/cache/sync', {
      project: 'strange',
      background: false,
      force: false,
    });

    expect(answer.status).toBe(200);
    const { items } = await server.json<{ items: { file_path: string; title: string }[] }>(
      '/api/v1/projects/strange/documents?per_page=100',
    );
    const titles = Object.fromEntries(items.map(({ file_path, title }) => [file_path, title]));
    expect(titles).toEqual(
      Object.fromEntries(
        documents.flatMap(([name, , title]) => (title === null ? [] : [[`docs/${name}`, title]])),
      ),
    );
    const records = await server.json<{ items: { blocks: { text: string }[] }[] }>(
      `/api/v1/projects/strange/sessions/S-${sessionId}/records`,
    );
    expect(records.items.map(({ blocks }) => blocks[0]?.text)).toEqual([
      'After a BOM',
      'Before CRLF',
      'Alone: \ufffd',
      'Nothing: \ufffd',
      'Invalid: \ufffd(',
      'The last',
    ]);
    const issues = await readIssues(server, 'strange');
    expect(issues.toSorted()).toEqual(
      [
        ['INVALID_UTF8', '# Broken\n'.length],
        ['INVALID_UTF8', '# Surrogate\n'.length],
        ['LINE_INVALID', first.length],
      ].toSorted(),
    );
  } finally {
    await server[Symbol.asyncDispose]();
    await database.drop();
  }
});
