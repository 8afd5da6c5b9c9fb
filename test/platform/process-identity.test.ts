/** Owners of leases and locks: proven dead only when they are (SY5). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatOwner,
  isProcessAlive,
  isProvenDead,
  parseOwner,
  parseProcStat,
  readProcessIdentity,
} from '../../server/platform/process-identity.ts';

const here = readProcessIdentity();

test('[SY5] a process is alive to itself', () => {
  expect(isProvenDead(here, here)).toBe(false);
  expect(readProcessIdentity()).toEqual(here);
});

test('[SY5] a process that has ended is proven dead', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');

  expect(isProvenDead({ ...here, pid: child.pid! }, here)).toBe(true);
});

test('[SY5] a process id that was given to another process proves the first one dead', () => {
  expect(isProvenDead({ ...here, startedAt: 'earlier' }, here)).toBe(true);
});

test.each([
  ['another host, same process id', { ...here, hostId: 'elsewhere', startedAt: 'earlier' }],
  ['another host, process id not in use here', { ...here, hostId: 'elsewhere', pid: 2_000_000_000 }],
  ['a living process whose start is not known', { ...here, startedAt: 'unknown' }],
  ["somebody else's living process", { ...here, pid: 1, startedAt: 'unknown' }],
])('[SY5] nothing is proven about %s', (_, identity) => {
  expect(isProvenDead(identity, here)).toBe(false);
});

test('a process that ended but that nobody collected counts as ended', async () => {
  // The shell becomes the sleeping program, which never waits for the child it inherits.
  const parent = spawn('/bin/sh', ['-c', 'true & echo $!; exec sleep 60']);
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];

  await expect.poll(() => isProcessAlive(Number(line.toString()))).toBe(false);

  parent.kill();
  await once(parent, 'exit');
});

test('the start of a process is read behind its name, whatever the name holds', () => {
  const rest = `S ${Array.from({ length: 18 }, (_, index) => index).join(' ')} 4711 99`;

  expect(parseProcStat(`12 (a) b (c)) ${rest}`)).toEqual({ state: 'S', startTicks: '4711' });
});

const part = fc.stringMatching(/^[^/\n]+$/);

test('an owner survives being written and read', () =>
  fc.assert(
    fc.property(part, fc.integer({ min: 1, max: 4_194_304 }), part, (hostId, pid, startedAt) => {
      expect(parseOwner(formatOwner({ hostId, pid, startedAt }))).toEqual({ hostId, pid, startedAt });
    }),
  ));

test.each([
  '',
  'host',
  'host/12',
  'host/0/start',
  'host/-1/start',
  'host/x/start',
  'a/b/1/start',
  '/1/start',
])('the text %j is refused as an owner', (text) => {
  expect(() => parseOwner(text)).toThrow('is not an owner');
});
