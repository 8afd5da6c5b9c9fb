/** Files that are saved, swapped, cut and replaced in every way that a program knows (F7). */
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { SessionRecordPage } from '../../../shared/views/session.ts';
import { until } from '../../support/until.ts';
import { openFilesKit, readDisk, type FilesKit, type WatchedProject } from './files-kit.ts';
import { createAgentHome, toLine, toSessionId } from './logs-kit.ts';

// A server and many files: on a busy machine each step takes its time.
vi.setConfig({ testTimeout: 120_000 });

const home = createAgentHome();
let files: FilesKit;

beforeAll(async () => {
  files = await openFilesKit({ SYNCLINE_CLAUDE_HOME: home.path, SYNCLINE_WATCH: 'true' });
});

afterAll(async () => {
  await files[Symbol.asyncDispose]();
  home[Symbol.dispose]();
});

/** Each is done to a file of its own; `path` is absolute. */
const saves: Readonly<Record<string, (path: string) => void>> = {
  'a rename over it'(path) {
    writeFileSync(`${path}.tmp`, '# Renamed over\n');
    renameSync(`${path}.tmp`, path);
  },
  'a backup, then a new file'(path) {
    renameSync(path, `${path}~`);
    writeFileSync(path, '# Beside its backup\n');
  },
  'a cut, then a write'(path) {
    truncateSync(path);
    appendFileSync(path, '# Cut and written\n');
  },
  'a deletion, then a new file'(path) {
    unlinkSync(path);
    writeFileSync(path, '# New again\n');
  },
  'another file in its inode'(path) {
    unlinkSync(path);
    // ext4 gives the inode that has just become free.
    writeFileSync(`${path}-elsewhere.md`, '# In its inode\n');
  },
  'a hard link in its place'(path) {
    writeFileSync(`${path}.new`, '# Linked\n');
    unlinkSync(path);
    linkSync(`${path}.new`, path);
    unlinkSync(`${path}.new`);
  },
  'a folder in its place, with a file'(path) {
    unlinkSync(path);
    mkdirSync(path);
    writeFileSync(join(path, 'inside.md'), '# Inside\n');
  },
  'a folder in its place, and back'(path) {
    unlinkSync(path);
    mkdirSync(path);
    rmSync(path, { recursive: true });
    writeFileSync(path, '# A file again\n');
  },
  'a hundred renames'(path) {
    for (let turn = 0; turn < 100; turn += 1) {
      renameSync(path, `${path}-${turn}.md`);
      renameSync(`${path}-${turn}.md`, path);
    }
    renameSync(path, `${path}-at-last.md`);
  },
  'a rewrite of equal size with its old time'(path) {
    const { atime, mtime } = statSync(path);
    writeFileSync(path, '# Twin B\n');
    utimesSync(path, atime, mtime);
  },
};

const names = Object.keys(saves);
const fileOf = (index: number) => `docs/save-${index}.md`;

async function watchSaves(): Promise<WatchedProject> {
  const tree = await files.kit.addTree(
    Object.fromEntries([
      ...names.map((_, index) => [fileOf(index), '# Twin A\n'] as const),
      ['swap/a.md', '# A\n'],
      ['swap/b.md', '# B\n'],
    ]),
  );
  // At rest: from here on a stat may stand for the bytes (DX8).
  await tree.settle([...names.map((_, index) => fileOf(index)), 'swap/a.md', 'swap/b.md']);
  return await files.watch(tree);
}

function saveAll({ tree }: WatchedProject): void {
  for (const [index, name] of names.entries()) saves[name]?.(join(tree.root, fileOf(index)));
  const [a, b, aside] = ['swap/a.md', 'swap/b.md', 'swap/aside'].map((path) => join(tree.root, path)) as [
    string,
    string,
    string,
  ];
  for (const [from, to] of [
    [a, aside],
    [b, a],
    [aside, b],
  ] as const)
    renameSync(from, to);
}

test('[F7] however files are saved and swapped, the index comes to equal the disk', async () => {
  const project = await watchSaves();

  saveAll(project);

  await project.untilEqualsDisk();
  expect((await project.paths()).length).toBe(readDisk(project.tree.root).size);
});

test('[F7] saved while nobody watched, the same is found by stats alone', async () => {
  const project = await watchSaves();
  await project.put({ watch: false });
  await project.untilState('off');

  saveAll(project);
  await project.put({ watch: true });

  await project.untilEqualsDisk();
});

interface LogAccident {
  readonly what: string;
  readonly texts: readonly string[];
  happen(path: string, lines: (...texts: string[]) => string): void;
}

const accidents: readonly LogAccident[] = [
  {
    what: 'cut to nothing and begun again',
    texts: ['new one'],
    happen(path, lines) {
      truncateSync(path);
      appendFileSync(path, lines('new one'));
    },
  },
  {
    what: 'cut in the middle of a line, and grown past its old size',
    texts: ['first', 'after the cut', 'and more than there ever was'],
    happen(path, lines) {
      truncateSync(path, lines('first').length);
      appendFileSync(path, lines('after the cut', 'and more than there ever was'));
    },
  },
  {
    what: 'rotated: another file has its name',
    texts: ['in the new file'],
    happen(path, lines) {
      renameSync(path, `${path}.1`);
      writeFileSync(path, lines('in the new file'));
    },
  },
  {
    what: 'deleted and begun again, perhaps in the same inode, with as many bytes',
    texts: ['First', 'Second'],
    happen(path, lines) {
      unlinkSync(path);
      writeFileSync(path, lines('First', 'Second'));
    },
  },
  {
    what: 'rewritten with as many bytes, its time set back',
    texts: ['FIRST', 'SECOND'],
    happen(path, lines) {
      const { atime, mtime } = statSync(path);
      writeFileSync(path, lines('FIRST', 'SECOND'));
      utimesSync(path, atime, mtime);
    },
  },
];

test('[F7] a log that is cut, rotated or rewritten reads as it stands', async () => {
  const tree = await files.kit.addTree({ 'a.md': '# A\n' });
  const project = await files.watch(tree);
  const logs = accidents.map((accident, index) => {
    const sessionId = toSessionId(100 + index);
    const path = join(home.folderOf(tree.root), `${sessionId}.jsonl`);
    // The same place in the file has the same record, whatever came before: only the texts differ.
    const lines = (...texts: string[]) => texts.map((text) => toLine(sessionId, 1, text, tree.root)).join('');
    return { ...accident, sessionId, path, lines };
  });
  for (const { path, lines } of logs) writeFileSync(path, lines('first', 'second'));
  for (const { sessionId } of logs) await untilTexts(sessionId, ['first', 'second']);

  for (const { path, lines, happen } of logs) happen(path, lines);

  for (const { sessionId, texts } of logs) await untilTexts(sessionId, texts);

  async function untilTexts(sessionId: string, texts: readonly string[]) {
    await until(
      `${sessionId} reads ${texts.join(', ')}`,
      async () => {
        const page = await files.kit.server.json<Partial<SessionRecordPage>>(
          `/api/v1/projects/${project.slug}/sessions/S-${sessionId}/records`,
        );
        const read = page.items?.map(({ blocks }) => blocks[0]?.text);
        return JSON.stringify(read) === JSON.stringify(texts);
      },
      { withinMs: 60_000 },
    );
  }
});
