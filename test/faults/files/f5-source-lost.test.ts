/** The folder is not what it was: the watch halts with a reason, and the index stays whole until the folder is back (F5). */
import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openFilesKit, writeNow, type FilesKit } from './files-kit.ts';

// A server and many files: on a busy machine each step takes its time.
vi.setConfig({ testTimeout: 120_000 });

let files: FilesKit;

beforeAll(async () => {
  files = await openFilesKit();
});

afterAll(async () => {
  await files[Symbol.asyncDispose]();
});

const tree = {
  'docs/epics/EP0001-auth.md': '# Auth\n',
  'docs/stories/US0001-login.md': '# Login\n',
  'plans/PL0001-plan.md': '# Plan\n',
};
const bothEntries = { paths: { docs: ['docs', 'plans'] } };

interface Loss {
  readonly what: string;
  readonly settings?: Record<string, unknown>;
  /** `aside` is a free path beside the folder. */
  lose(folder: string, aside: string): void;
  bringBack(folder: string, aside: string): void;
  readonly reason: RegExp;
}

const losses: readonly Loss[] = [
  {
    what: 'the root is deleted, and made anew',
    lose(folder, aside) {
      cpSync(folder, aside, { recursive: true });
      rmSync(folder, { recursive: true });
    },
    bringBack: (folder, aside) => cpSync(aside, folder, { recursive: true }),
    reason: /is missing/,
  },
  {
    what: 'the root is moved away, and back',
    lose: (folder, aside) => renameSync(folder, aside),
    bringBack: (folder, aside) => renameSync(aside, folder),
    reason: /is missing/,
  },
  {
    what: 'the root is emptied',
    lose: (folder, aside) => moveContents(folder, aside),
    bringBack: (folder, aside) => moveContents(aside, folder),
    reason: /is missing|holds no file/,
  },
  {
    what: 'the disk below the root is unmounted: another, empty folder stands there',
    lose(folder, aside) {
      renameSync(folder, aside);
      mkdirSync(folder);
    },
    bringBack(folder, aside) {
      rmSync(folder, { recursive: true });
      renameSync(aside, folder);
    },
    reason: /is missing|holds no file/,
  },
  {
    what: 'the root is replaced by a link to where it went',
    lose(folder, aside) {
      renameSync(folder, aside);
      symlinkSync(aside, folder);
    },
    bringBack(folder, aside) {
      rmSync(folder);
      renameSync(aside, folder);
    },
    reason: /replaced by a link/,
  },
  {
    what: 'the root is replaced by a file',
    lose(folder, aside) {
      renameSync(folder, aside);
      writeFileSync(folder, 'not a folder');
    },
    bringBack(folder, aside) {
      rmSync(folder);
      renameSync(aside, folder);
    },
    reason: /replaced by a file/,
  },
  {
    what: 'one of two entries is deleted',
    settings: bothEntries,
    lose: (folder, aside) => renameSync(join(folder, 'plans'), aside),
    bringBack: (folder, aside) => renameSync(aside, join(folder, 'plans')),
    reason: /plans is missing/,
  },
  {
    what: 'one of two entries is emptied',
    settings: bothEntries,
    lose: (folder, aside) => moveContents(join(folder, 'plans'), aside),
    bringBack: (folder, aside) => moveContents(aside, join(folder, 'plans')),
    reason: /plans holds no file/,
  },
  {
    what: 'one of two entries is replaced by a link',
    settings: bothEntries,
    lose(folder, aside) {
      renameSync(join(folder, 'plans'), aside);
      symlinkSync(aside, join(folder, 'plans'));
    },
    bringBack(folder, aside) {
      rmSync(join(folder, 'plans'));
      renameSync(aside, join(folder, 'plans'));
    },
    reason: /plans was replaced by a link/,
  },
];

describe.concurrent(
  '[F5] nothing is removed from the index, and the watch comes back with the folder',
  () => {
    test.each(losses)('when $what', async ({ settings, lose, bringBack, reason }) => {
      const own = await files.kit.addTree(tree);
      const project = await files.watch(own, settings);
      const indexed = await project.paths();
      const before = await project.cursor();
      const aside = `${own.root}-aside`;

      lose(own.root, aside);
      const halted = await project.untilState('halted');
      const refused = await project.sync();

      expect(halted.reason).toMatch(reason);
      expect(refused.body.error.details).toMatchObject({ errorCode: expect.stringMatching(/^source_/) });
      expect(await project.paths()).toEqual(indexed);

      bringBack(own.root, aside);
      writeNow(own, 'docs/stories/US0001-login.md', '# Login, changed while away\n');
      await project.untilState('watching');
      await project.untilEqualsDisk();
      const events = await project.eventsAfter(before);
      const removed = events.flatMap((event) =>
        event.type === 'documents:changed' ? event.data.removed : [],
      );
      expect(removed).toEqual([]);
      expect(events.map((event) => event.type)).toContain('watch:recovered');
      rmSync(aside, { recursive: true, force: true });
    });
  },
);

function moveContents(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) renameSync(join(from, name), join(to, name));
}
