import { expect, test } from 'vitest';
import { Gate, type GuardSettings } from '../../server/http/gate.ts';
import { createGuardSettings } from '../../server/guard-settings.ts';
import { readConfig } from '../../server/platform/config.ts';

const open: GuardSettings = { hosts: ['localhost', '127.0.0.1', '[::1]'], origins: [], token: null };
const locked: GuardSettings = { ...open, token: 'correct-horse' };

type Asked = { method?: string; path?: string } & Record<string, string>;

/** What the gate says of a request with these headers: who asks, or the code it ends with. */
function ask(settings: GuardSettings, { method = 'GET', path = '/api/v1/projects', ...headers }: Asked) {
  try {
    const request = { method, path, headers: { host: 'localhost:4400', ...headers }, address: '127.0.0.1' };
    return new Gate({ settings }).admit(request).actor.name;
  } catch (failure) {
    return (failure as { code: string }).code;
  }
}

test.each([
  ['localhost', 'local'],
  ['LocalHost:80', 'local'],
  ['127.0.0.1:4400', 'local'],
  ['[::1]:4400', 'local'],
  ['evil.example', 'MISDIRECTED_REQUEST'],
  ['localhost.evil.example', 'MISDIRECTED_REQUEST'],
  ['127.0.0.1.nip.io:4400', 'MISDIRECTED_REQUEST'],
  ['localhost:4400@evil.example', 'MISDIRECTED_REQUEST'],
  ['localhost:', 'MISDIRECTED_REQUEST'],
  ['', 'MISDIRECTED_REQUEST'],
])('[GU2] a request to host %j: %s', (host, answer) => {
  expect(ask(open, { host })).toBe(answer);
});

test.each([
  ['a program', {}, 'local'],
  ['its own page', { origin: 'http://localhost:4400' }, 'local'],
  ['its own page behind TLS', { origin: 'https://localhost:4400' }, 'local'],
  ['its own page without Origin', { 'sec-fetch-site': 'same-origin' }, 'local'],
  ['another page', { origin: 'http://evil.example' }, 'FORBIDDEN'],
  ['another port', { origin: 'http://localhost:3000' }, 'FORBIDDEN'],
  ['a page without an origin', { origin: 'null' }, 'FORBIDDEN'],
  ['another site', { 'sec-fetch-site': 'cross-site' }, 'FORBIDDEN'],
  ['a sibling', { 'sec-fetch-site': 'same-site' }, 'FORBIDDEN'],
])('[GU3] a change asked for by %s: %s', (_who, headers, answer) => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    expect(ask(open, { method, ...headers } as Asked)).toBe(answer);
  }
});

test('[GU3] reading from another origin is let through, without leave to see the answer', () => {
  expect(ask(open, { origin: 'http://evil.example' })).toBe('local');
});

test.each([
  ['nothing', {}, 'anonymous'],
  ['the token', { authorization: 'Bearer correct-horse' }, 'token'],
  ['another token', { authorization: 'Bearer wrong' }, 'anonymous'],
  ['a prefix of it', { authorization: 'Bearer correct' }, 'anonymous'],
  ['another scheme', { authorization: 'Basic correct-horse' }, 'anonymous'],
  ['the token itself as a cookie', { cookie: 'syncline_session=correct-horse' }, 'anonymous'],
  ['a broken cookie', { cookie: 'syncline_session=%zz' }, 'anonymous'],
])('[GU4] with a token set, a request with %s is one of %s', (_what, headers, name) => {
  expect(ask(locked, headers as Asked)).toBe(name);
});

test.each([
  ['127.0.0.1', undefined, false, true],
  ['::1', undefined, false, true],
  ['0.0.0.0', undefined, false, false],
  ['192.168.1.5', undefined, false, false],
  ['0.0.0.0', 'a-long-enough-token', false, true],
  ['0.0.0.0', undefined, true, true],
])('[GU1] bound to %s, token %s, insecure %s: starts %s', (host, token, isInsecure, starts) => {
  const environment = { SYNCLINE_HOST: host, ...(token === undefined ? {} : { SYNCLINE_TOKEN: token }) };
  const config = readConfig({ HOME: '/home/ada', ...environment }, { root: '/tmp/x', isInsecure });

  if (starts) expect(createGuardSettings(config).token).toBe(token ?? null);
  else expect(() => createGuardSettings(config)).toThrow('SYNCLINE_TOKEN');
});
