/** How a push is answered, by what the client wishes (PU14). */
import { expect, test } from 'vitest';
import { chooseMode, choosePlainMode } from '../../server/features/work-items/push/negotiate.ts';

test.each([
  [undefined, undefined, 'stream'],
  ['*/*', undefined, 'stream'],
  ['text/event-stream', undefined, 'stream'],
  ['application/json', undefined, 'accepted'],
  ['application/json, text/event-stream;q=0.9', undefined, 'accepted'],
  ['application/json;q=0.5, text/event-stream', undefined, 'stream'],
  ['application/json, */*;q=0.1', undefined, 'accepted'],
  ['text/*, application/json;q=0.9', undefined, 'stream'],
  ['text/event-stream', 'respond-async', 'accepted'],
  ['text/event-stream', 'wait=10, Respond-Async', 'accepted'],
])('[PU14] Accept %j with Prefer %j is answered by %s', (accept, prefer, mode) => {
  expect(chooseMode({ accept, prefer })).toBe(mode);
});

test.each([
  [undefined, 'accepted'],
  ['*/*', 'accepted'],
  ['text/event-stream', 'stream'],
])('[PU40] from documents, Accept %j is answered by %s', (accept, mode) => {
  expect(choosePlainMode({ accept, prefer: undefined })).toBe(mode);
});
