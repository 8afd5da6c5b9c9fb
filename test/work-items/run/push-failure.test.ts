/** What a failed call means for the push (PU22, AZ19). */
import { expect, test } from 'vitest';
import { codeOf } from '../../../server/features/work-items/run/push-failure.ts';
import { TrackerFailure } from '../../../server/features/work-items/tracker.ts';

const failureOf = (kind: TrackerFailure['kind'], cause?: unknown) =>
  new TrackerFailure('Nothing was sent', { kind, isAmbiguous: false }, { cause });

test.each([
  ['auth', 'UPSTREAM_AUTH_FAILED'],
  ['network', 'UPSTREAM_ERROR'],
  ['timeout', 'UPSTREAM_TIMEOUT'],
  ['throttled', 'UPSTREAM_THROTTLED'],
] as const)('[AZ19] a circuit that was opened by %s is told as %s', (kind, code) => {
  expect(codeOf(failureOf('open-circuit', failureOf(kind)))).toBe(code);
});

test('a circuit that was opened by nobody knows what is an error of the service', () => {
  expect(codeOf(failureOf('open-circuit'))).toBe('UPSTREAM_ERROR');
});

test('a rejected field is told as one', () => {
  const facts = { kind: 'rejected', isAmbiguous: false, upstreamCode: 'TF51535' } as const;

  expect(codeOf(new TrackerFailure('TF51535: no such field', facts))).toBe('FIELD_REJECTED');
  expect(codeOf(failureOf('rejected'))).toBe('UPSTREAM_REJECTED');
});
