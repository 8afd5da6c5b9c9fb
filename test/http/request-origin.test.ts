/** Whose address is written down, and whose word for it is taken (AL5). */
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { createOriginReader } from '../../server/http/request-origin.ts';

function ask(peer: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage;
}

const readOrigin = createOriginReader(['10.0.0.0/8', '192.168.1.7', 'fd00::/8']);

test.each([
  ['the peer, when no proxy is trusted to speak for it', '203.0.113.9', {}, '203.0.113.9'],
  ['an IPv4 peer on an IPv6 socket by its own name', '::ffff:203.0.113.9', {}, '203.0.113.9'],
  ['a stranger’s header is not believed', '203.0.113.9', { 'x-forwarded-for': '1.2.3.4' }, '203.0.113.9'],
  ['what a trusted proxy says', '10.1.2.3', { 'x-forwarded-for': '198.51.100.4' }, '198.51.100.4'],
  [
    'the right-most address that is no proxy of ours',
    '10.1.2.3',
    { 'x-forwarded-for': '1.1.1.1, 198.51.100.4, 10.9.9.9, 192.168.1.7' },
    '198.51.100.4',
  ],
  ['the proxy itself, when all it names are ours', '10.1.2.3', { 'x-forwarded-for': '10.9.9.9' }, '10.1.2.3'],
  ['the proxy itself, when it names nonsense', '10.1.2.3', { 'x-forwarded-for': 'unknown' }, '10.1.2.3'],
  ['a port is no part of it', '10.1.2.3', { 'x-forwarded-for': '198.51.100.4:5060' }, '198.51.100.4'],
  [
    'Forwarded, which is the standard',
    '10.1.2.3',
    { forwarded: 'for=198.51.100.4;proto=https' },
    '198.51.100.4',
  ],
  ['Forwarded with IPv6', 'fd00::1', { forwarded: 'proto=https;for="[2001:db8::17]:4711"' }, '2001:db8::17'],
])('[AL5] %s', (_name, peer, headers, ip) => {
  expect(readOrigin(ask(peer, headers)).ip).toBe(ip);
});

test('[AL2] a user agent is kept up to 1,024 characters', () => {
  const { userAgent } = readOrigin(ask('127.0.0.1', { 'user-agent': 'x'.repeat(5000) }));

  expect(userAgent).toHaveLength(1024);
  expect(readOrigin(ask('127.0.0.1')).userAgent).toBeNull();
});

test('a setting that is no address is refused by name', () => {
  expect(() => createOriginReader(['proxy.example'])).toThrow(/SYNCLINE_TRUSTED_PROXIES: "proxy.example"/);
});
