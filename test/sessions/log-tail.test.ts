/** Reading a growing file on, line by line (SE21, SE22, DX7). */
import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openLog, type LogTail, type TailPosition } from '../../server/features/sessions/log-tail.ts';
import { createTempTree } from '../support/temp-tree.ts';

interface Reading {
  readonly lines: readonly (readonly [offset: number, line: string])[];
  readonly position: TailPosition;
  readonly isAppend: boolean;
  readonly bytesRead: number;
}

function open(path: string, realRoot: string, maxLineBytes = 1000): LogTail {
  const opened = openLog(path, { maxLineBytes, realRoot });
  if (opened.state !== 'open') throw new Error(opened.state);
  return opened.tail;
}

function read(path: string, realRoot: string, from: TailPosition | null, maxLineBytes = 1000): Reading {
  using tail = open(path, realRoot, maxLineBytes);
  const isAppend = from !== null && tail.resume(from);
  const lines: [number, string][] = [];
  const sink = {
    push: (line: string, offset: number) => void lines.push([offset, line]),
    skip: (offset: number) => void lines.push([offset, '(too long)']),
  };
  while (tail.readSome(sink));
  return { lines, position: tail.position, isAppend, bytesRead: tail.bytesRead };
}

test('[SE21] only what was appended is read, and offsets go on', () => {
  const tree = createTempTree();
  tree.write('a.jsonl', 'one\ntwo\n');
  const first = read(tree.at('a.jsonl'), tree.root, null);

  appendFileSync(tree.at('a.jsonl'), 'three\n');
  const second = read(tree.at('a.jsonl'), tree.root, first.position);

  expect(second).toMatchObject({ isAppend: true, lines: [[8, 'three']] });
});

test('[SE21] a partial last line waits, also in the middle of a character', () => {
  const tree = createTempTree();
  const text = Buffer.from('{"a":"grün"}\n');
  tree.write('a.jsonl', text.subarray(0, 9));
  const first = read(tree.at('a.jsonl'), tree.root, null);

  appendFileSync(tree.at('a.jsonl'), text.subarray(9));
  const second = read(tree.at('a.jsonl'), tree.root, first.position);

  expect(first.lines).toEqual([]);
  expect(second).toMatchObject({ isAppend: true, lines: [[0, '{"a":"grün"}']] });
});

test.each([
  ['truncated', 'one\n'],
  ['rewritten in front', 'ONE\ntwo\nthree\n'],
  ['rewritten just before the offset', 'one\ntwO\nthree\n'],
])('[SE21] a file that was %s is read from its beginning', (_how, text) => {
  const tree = createTempTree();
  tree.write('a.jsonl', 'one\ntwo\n');
  const first = read(tree.at('a.jsonl'), tree.root, null);

  writeFileSync(tree.at('a.jsonl'), text);

  expect(read(tree.at('a.jsonl'), tree.root, first.position)).toMatchObject({
    isAppend: false,
    lines: text
      .split('\n')
      .slice(0, -1)
      .map((line) => [expect.any(Number), line]),
  });
});

test.each([
  ['in its first 4 KiB', 10],
  ['in the last 1 KiB before the offset', 9000],
])('[SE21] a large file that was rewritten %s is read from its beginning', (_where, place) => {
  const tree = createTempTree();
  const text = `${'x'.repeat(99)}\n`.repeat(95);
  tree.write('a.jsonl', text);
  const first = read(tree.at('a.jsonl'), tree.root, null);

  writeFileSync(tree.at('a.jsonl'), `${text.slice(0, place)}y${text.slice(place + 1)}more\n`);

  expect(read(tree.at('a.jsonl'), tree.root, first.position)).toMatchObject({ isAppend: false });
});

test('[DX7] a line over the limit is passed over, and is never looked at again while it grows', () => {
  const tree = createTempTree();
  tree.write('a.jsonl', `one\n${'x'.repeat(500)}`);
  const first = read(tree.at('a.jsonl'), tree.root, null, 100);

  appendFileSync(tree.at('a.jsonl'), 'x'.repeat(500));
  const second = read(tree.at('a.jsonl'), tree.root, first.position, 100);
  appendFileSync(tree.at('a.jsonl'), 'x\ntwo\n');
  const third = read(tree.at('a.jsonl'), tree.root, second.position, 100);

  expect(first).toMatchObject({
    lines: [
      [0, 'one'],
      [4, '(too long)'],
    ],
    position: { isSkipping: true },
  });
  expect(second).toMatchObject({ isAppend: true, lines: [], position: { offset: 1004, isSkipping: true } });
  expect(third).toMatchObject({ isAppend: true, lines: [[1006, 'two']], position: { isSkipping: false } });
});

test('[SE22] one line at the end of a file of 64 MB costs a read of at most 8 KiB', () => {
  const tree = createTempTree();
  const path = tree.at('a.jsonl');
  const block = `${'x'.repeat(1023)}\n`.repeat(1024);
  for (let mebibyte = 0; mebibyte < 64; mebibyte += 1) appendFileSync(path, block);
  const first = read(path, tree.root, null, 8_388_608);

  appendFileSync(path, '{"one":"line"}\n');
  const second = read(path, tree.root, first.position, 8_388_608);

  expect(second.lines).toEqual([[64 * 1024 * 1024, '{"one":"line"}']]);
  expect(second.bytesRead).toBeLessThanOrEqual(8192);
});

test('[DX4] neither a link nor a file outside its folder is opened', () => {
  const tree = createTempTree(['outside/a.jsonl']);
  mkdirSync(tree.at('logs'));
  symlinkSync(tree.at('outside/a.jsonl'), tree.at('logs/a.jsonl'));
  symlinkSync(tree.at('outside'), tree.at('logs/sub'));
  const options = { maxLineBytes: 100, realRoot: tree.at('logs') };

  expect(openLog(tree.at('logs/a.jsonl'), options)).toEqual({ state: 'gone' });
  expect(openLog(tree.at('logs/sub/a.jsonl'), options)).toEqual({ state: 'outside' });
  expect(openLog(tree.at('logs/b.jsonl'), options)).toEqual({ state: 'gone' });
});

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'ü', '\n'), maxLength: 30 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('x'.repeat(60), `${'y'.repeat(3000)}\n`, `${'z'.repeat(300_000)}\n`),
  },
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ append: piece }) },
  { weight: 1, arbitrary: fc.record({ truncate: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ rotate: piece }) },
  { weight: 1, arbitrary: fc.record({ rewrite: piece }) },
);

test('law: reading on after any appends, truncations, rotations and rewrites equals reading anew', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const tree = createTempTree();
      const path = tree.at('a.jsonl');
      let bytes = Buffer.alloc(0);
      writeFileSync(path, bytes);
      let [position, lines]: [TailPosition | null, Reading['lines']] = [null, []];
      for (const made of steps) {
        if ('append' in made) bytes = Buffer.concat([bytes, Buffer.from(made.append)]);
        if ('truncate' in made) bytes = bytes.subarray(0, made.truncate);
        if ('rewrite' in made) bytes = Buffer.from(made.rewrite);
        if ('rotate' in made) {
          renameSync(path, `${path}.1`);
          bytes = Buffer.from(made.rotate);
        }
        writeFileSync(path, bytes);
        const reading = read(path, tree.root, position, 50);
        lines = reading.isAppend ? [...lines, ...reading.lines] : reading.lines;
        position = reading.position;
      }

      const anew = read(path, tree.root, null, 50);
      expect(lines).toEqual(anew.lines);
      expect(position).toEqual(anew.position);
    }),
    { numRuns: 200 },
  );
});
