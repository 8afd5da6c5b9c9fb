/** What a failure leaves in the log: enough to find it, and nothing of what people wrote. */
import { expect, test } from 'vitest';
import { describeFailure } from '../../server/platform/logger.ts';

test('[GU11] a failed query is logged without its values, and cut', () => {
  const cause = Object.assign(new Error('malformed array literal'), {
    code: '22P02',
    parameters: ['a document'],
  });
  const failure = Object.assign(
    new Error(`Failed query: select ${'x'.repeat(9000)}\nparams: a document`, { cause }),
    {
      params: ['a document'],
    },
  );

  const logged = describeFailure(failure);

  expect(logged).toMatchObject({
    type: 'Error',
    message: expect.stringMatching(/^Failed query: select x+$/),
    cause: { message: 'malformed array literal', code: '22P02' },
  });
  expect(JSON.stringify(logged)).not.toContain('a document');
  expect(logged.message.length).toBeLessThanOrEqual(500);
  expect(logged.stack).toContain('logger.test.ts');
});

test.each([
  ['a text', 'string', 'a text'],
  [undefined, 'undefined', 'undefined'],
])('what was thrown without being an error is told as text: %s', (thrown, type, message) => {
  expect(describeFailure(thrown)).toEqual({ type, message });
});
