import { expect, test } from 'vitest';
import { toWebSocketFrame } from '../../server/delivery/socket-outlet.ts';

// RFC 6455, 5.2: final text frame, then the length in 7, 16 or 64 bits, each where the one before ends.
test.each([
  [0, '8100'],
  [125, '817d'],
  [126, '817e007e'],
  [65_535, '817effff'],
  [65_536, '817f0000000000010000'],
])('[IO2] a message of %i bytes says its length in as few bits as hold it', (length, head) => {
  const frame = toWebSocketFrame(Buffer.alloc(length, 'x'));

  expect(frame.subarray(0, head.length / 2).toString('hex')).toBe(head);
  expect(frame.length).toBe(head.length / 2 + length);
});
