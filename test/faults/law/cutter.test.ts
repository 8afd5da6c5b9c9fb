import { connect, createServer, type AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { kindFate, openCutter, type Cutter } from './cutter.ts';

const text = Array.from({ length: 3_000 }, (_, index) => `${index}.`).join('');
let cutter: Cutter;
let close: () => Promise<void>;

beforeEach(async () => {
  cutter = await openCutter();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // In pieces: the cut may fall into any of them, and others follow it.
    for (let at = 0; at < text.length; at += 700) socket.write(text.slice(at, at + 700));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cutter.target = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = async () => void (await new Promise((resolve) => server.close(resolve)));
});
afterEach(async () => {
  await cutter[Symbol.asyncDispose]();
  await close();
});

interface Call {
  heard: string;
  isOver: boolean;
}

function call(): Call {
  const heard: Call = { heard: '', isOver: false };
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(cutter.url).port) });
  socket.on('data', (bytes) => (heard.heard += bytes.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (heard.isOver = true));
  return heard;
}

test('[F14] a line that is to be cut after n bytes lets exactly these through', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: text.length - 1 }), async (cutAfterBytes) => {
      cutter.fate = { ...kindFate, cutAfterBytes };

      const line = call();
      await until('the line is cut', () => line.isOver);

      expect(line.heard).toBe(text.slice(0, cutAfterBytes));
    }),
    { numRuns: 30 },
  );
  expect(cutter.tally.cuts).toBeGreaterThanOrEqual(30);
});

test('[F12] a line that goes half silent lets the same through and does not end', async () => {
  cutter.fate = { ...kindFate, cutAfterBytes: 1_000, isHalfOpen: true };

  const line = call();
  await until('it has gone silent', () => cutter.tally.halfOpen === 1);

  await until('what was let through has come', () => line.heard.length === 1_000);
  expect(line.isOver).toBe(false);
});

test('a stall and a crawl lose nothing', async () => {
  cutter.fate = { ...kindFate, stall: { afterBytes: 500, forMs: 50 }, bytesPerSecond: 200_000 };

  const line = call();
  await until('all has come', () => line.heard.length === text.length);

  expect(line.heard).toBe(text);
  expect(cutter.tally.stalls).toBe(1);
});
