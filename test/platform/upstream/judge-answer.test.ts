import { describe, expect, test } from 'vitest';
import { judgeAnswer } from '../../../server/platform/upstream/judge-answer.ts';
import { UpstreamFailure } from '../../../server/platform/upstream/upstream.ts';

const json = 'application/json; charset=utf-8; api-version=7.1';
const html = 'text/html; charset=utf-8';

interface Given {
  readonly status: number;
  readonly type?: string;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function judge({ status, type = json, text = '{}', headers = {} }: Given, isIdempotent = false) {
  const answer = { status, headers: new Headers({ 'content-type': type, ...headers }), text };
  return judgeAnswer('Azure DevOps', { isIdempotent }, answer, null);
}

function failureOf(given: Given, isIdempotent = false): UpstreamFailure {
  try {
    judge(given, isIdempotent);
  } catch (error) {
    if (error instanceof UpstreamFailure) return error;
    throw error;
  }
  throw new Error('It was taken for a success');
}

const page = '<html>Sign in</html>';

describe.each([
  ['[AZ19] 203 with a page', { status: 203, type: html, text: page }, 'auth', true],
  ['[AZ19] 203 with JSON', { status: 203 }, 'auth', true],
  ['[AZ19] a redirect', { status: 302, type: html, text: '' }, 'auth', true],
  ['[AZ19] 401', { status: 401, text: '{"message":"TF400813"}' }, 'auth', false],
  ['[AZ19] a page where JSON is due', { status: 200, type: html, text: page }, 'auth', true],
  ['[AZ19] plain text where JSON is due', { status: 200, type: 'text/plain', text: 'ok' }, 'auth', true],
  ['[AZ18] 400', { status: 400, text: '{"message":"TF51535"}' }, 'rejected', false],
  ['[AZ18] 403', { status: 403 }, 'forbidden', false],
  ['[AZ18] 404', { status: 404 }, 'not-found', false],
  ['[AZ18] 404 with a page', { status: 404, type: html, text: page }, 'not-found', false],
  ['[AZ18] 409', { status: 409 }, 'rejected', false],
  ['[AZ18] 412', { status: 412 }, 'rejected', false],
  ['[AZ20] 408', { status: 408 }, 'timeout', true],
  ['[AZ20] 429', { status: 429 }, 'throttled', false],
  ['[AZ20] 500', { status: 500 }, 'server', true],
  ['[AZ20] 502 with a page', { status: 502, type: html, text: page }, 'server', true],
  ['[RC4] JSON cut off', { status: 200, text: '{"id": 1, "rev"' }, 'unreadable', true],
] as const)('%s', (_name, given, kind, isAmbiguous) => {
  test(`is a failure of kind ${kind}; of a write it is ${isAmbiguous ? '' : 'not '}in doubt`, () => {
    expect(failureOf(given)).toMatchObject({ kind, isAmbiguous, status: given.status });
  });

  test('leaves no doubt about a read', () => {
    expect(failureOf(given, true).isAmbiguous).toBe(false);
  });
});

test.each([
  ['200 with JSON', { status: 200, text: '{"id":1}' }, { id: 1 }],
  ['202 with JSON', { status: 202, text: '[1]' }, [1]],
  ['another kind of JSON', { status: 200, type: 'application/vnd.api+json', text: '{"id":1}' }, { id: 1 }],
  ['204', { status: 204, type: html, text: '' }, null],
  ['200 without a body', { status: 200, text: '' }, null],
])('%s is a success', (_name, given, body) => {
  expect(judge(given).body).toEqual(body);
});

test('[AZ22] the activity of the service is kept with answer and failure', () => {
  expect(judge({ status: 200, headers: { ActivityId: 'a-1' } }).activityId).toBe('a-1');
  expect(failureOf({ status: 500, headers: { 'X-VSS-E2EID': 'e-1' } }).activityId).toBe('e-1');
});

test('[PU6] the body of a failure is there for codes, but in nothing that is written down', () => {
  const failure = failureOf({ status: 400, text: '{"message":"canary"}' });

  expect(failure.body).toEqual({ message: 'canary' });
  expect(JSON.stringify(failure)).not.toContain('canary');
  expect(JSON.stringify(Object.entries(failure))).not.toContain('canary');
  expect(failure.message).not.toContain('canary');
});
