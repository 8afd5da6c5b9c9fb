/** Reading sessions bit by bit comes to the same as reading them from nothing (law 2). */
import { rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVoice, toLines } from './sessions-logs.ts';
import { openSessions, readSessionRows, type SessionsKit, type TestProject } from './sessions-kit.ts';

let kit: SessionsKit;
beforeAll(async () => void (kit = await openSessions()));
afterAll(async () => kit[Symbol.asyncDispose]());

/** Two sessions that share messages, and a subagent that repeats one of its parent's. */
const places = ['aaa.jsonl', 'bbb.jsonl', 'aaa/subagents/agent-x.jsonl'];

const text = fc.oneof(
  { weight: 5, arbitrary: fc.record({ says: fc.constantFrom('1', '2', '3', '4'), tokens: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ edits: fc.constantFrom('5', '6', '7'), fails: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ commits: fc.constantFrom('abc1234', 'abc1235', 'def5678') }) },
  { weight: 1, arbitrary: fc.constant({ asks: '/dev:execute-phase 1 docs/a.md' }) },
  { weight: 1, arbitrary: fc.constant({ junk: 'no json' }) },
);
type Text = typeof text extends fc.Arbitrary<infer T> ? T : never;

const step = fc.record({
  place: fc.constantFrom(...places),
  how: fc.oneof(
    { weight: 8, arbitrary: fc.constant('append' as const) },
    { weight: 1, arbitrary: fc.constantFrom('truncate' as const, 'rotate' as const, 'rewrite' as const) },
  ),
  texts: fc.array(text, { minLength: 1, maxLength: 4 }),
  /** The last line ends in the middle. */
  isCut: fc.boolean(),
  isByPath: fc.boolean(),
});

let spoken = 0;

function speak(project: TestProject, texts: readonly Text[]): string {
  const voice = createVoice(project.root, 'aaa');
  const later = (records: object[]) => {
    spoken += 1;
    const at = new Date(Date.UTC(2026, 1, 11, 20, 0, spoken)).toISOString();
    return records.map((record) => ({ ...record, timestamp: at }));
  };
  return texts
    .map((one) => {
      if ('junk' in one) return `${one.junk}\n`;
      if ('asks' in one) return toLines(later([voice.user(one.asks)]));
      if ('says' in one) return toLines(later([voice.says(one.says, 'text', one.tokens)]));
      if ('edits' in one) {
        const path = `${project.root}/src/${one.edits}.ts`;
        return toLines(later(voice.calls(one.edits, 'Edit', { file_path: path }, 'done', one.fails)));
      }
      const id = `c${one.commits}${spoken}`;
      return toLines(
        later(voice.calls(id, 'Bash', { command: 'git commit -m x' }, `[main ${one.commits}] x\n`)),
      );
    })
    .join('');
}

test('law: after any appends, truncations, rotations and rewrites the rows equal those of a first reading', async () => {
  const project = await kit.addProject({ batchBytes: 2000 });

  await fc.assert(
    fc
      .asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const logs = new Map<string, Buffer>();
        for (const { place, how, texts, isCut, isByPath } of steps) {
          const before = logs.get(place) ?? Buffer.alloc(0);
          const spokenNow = Buffer.from(speak(project, texts));
          const now = {
            append: Buffer.concat([before, spokenNow]),
            truncate: before.subarray(0, before.length >> 1),
            rotate: spokenNow,
            rewrite: spokenNow,
          }[how];
          logs.set(place, now);
          if (how === 'rotate') rmSync(project.at(place), { force: true });
          project.write(place, '');
          writeFileSync(project.at(place), isCut ? now.subarray(0, Math.max(0, now.length - 20)) : now);
          const scope = isByPath ? { logs: [project.at(place)], kind: 'sync_changed_files' as const } : {};
          await project.sync(scope);
        }
        const grown = await readSessionRows(kit, project);
        await forgetAll(project);
        await project.sync();

        expect(grown).toEqual(await readSessionRows(kit, project));
      })
      .afterEach(async () => {
        await forgetAll(project);
        rmSync(project.folder, { recursive: true, force: true });
      }),
    { numRuns: 25, endOnFailure: true },
  );
}, 120_000);

async function forgetAll({ id }: TestProject): Promise<void> {
  const tables = [
    'sessions',
    'session_logs',
    'session_usage',
    'session_usage_totals',
    'session_facts',
    'session_commits',
    'session_records',
    'session_commit_windows',
    'session_commit_checks',
  ];
  for (const table of tables) await kit.sql`delete from ${kit.sql(table)} where project_id = ${id}`;
}
