/** The compose file and the balancer's configuration are held to what streams and several servers need, without a Docker. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly hostname?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks?: Readonly<Record<string, { readonly ipv4_address: string }>>;
}

const root = join(import.meta.dirname, '..');
const compose = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const nginx = readFileSync(join(root, 'deploy/nginx.conf'), 'utf8')
  .split('\n')
  .filter((line) => !line.trim().startsWith('#'))
  .join('\n');
const { first, second, database, balancer } = compose.services;

test('two servers of one image, told apart by their names, share Postgres 17 and nothing on disk but the projects', () => {
  expect([first?.build, second?.build]).toEqual(['.', '.']);
  expect(first?.hostname).not.toBe(second?.hostname);
  expect(first?.environment).toEqual(second?.environment);
  expect(first?.environment?.DATABASE_URL).toContain('@database:5432/syncline');
  expect(database?.image).toBe('postgres:17');
  expect(first?.volumes?.every((volume) => volume.endsWith(':/projects:ro'))).toBe(true);
  expect(database?.volumes?.[0]?.split(':')[0]).toBe(Object.keys(compose.volumes)[0]);
});

test('[GU1] no server starts without a token and a key of one’s own', () => {
  for (const name of ['SYNCLINE_TOKEN', 'SYNCLINE_SECRET_KEY']) {
    expect(first?.environment?.[name]).toMatch(new RegExp(`^\\$\\{${name}:\\?.+\\}$`));
  }
  expect(balancer?.ports).toEqual(['127.0.0.1:4400:8080']);
});

test('everything says whether it is well', () => {
  const checks = [first, second, database, balancer].map((service) => service?.healthcheck?.test.join(' '));

  expect(checks).toEqual([
    expect.stringContaining('/readyz'),
    expect.stringContaining('/readyz'),
    expect.stringContaining('pg_isready'),
    expect.stringContaining('/readyz'),
  ]);
});

test('the servers trust the one proxy there is', () => {
  expect(first?.environment?.SYNCLINE_TRUSTED_PROXIES).toBe(balancer?.networks?.inside?.ipv4_address);
});

test.each([
  ['proxy_buffering off;', 'an event would wait for a full buffer'],
  ['gzip off;', 'and so it would for a compressor'],
  ['proxy_http_version 1.1;', 'WebSockets and kept connections need it'],
  ['proxy_set_header Upgrade $http_upgrade;', 'WebSockets'],
  ['proxy_set_header Connection $connection_upgrade;', 'WebSockets'],
  ['proxy_set_header Host $http_host;', 'the servers compare it with Origin, port and all'],
])('the balancer says "%s": %s', (directive) => {
  expect(nginx).toContain(directive);
});

test('[SS1] no stream is cut for being quiet between two heartbeats, nor a poll that is held', () => {
  const timeouts = [...nginx.matchAll(/proxy_read_timeout (\d+)(s|m);/g)].map(([, count, unit]) =>
    unit === 'm' ? Number(count) * 60 : Number(count),
  );

  expect(Math.min(...timeouts)).toBeGreaterThanOrEqual(60);
});

test('the balancer knows both servers, and marks none down: one that came back would stay out while streams last', () => {
  const servers = [...nginx.matchAll(/^\s+server (\S+) (\S+);$/gm)].map(([, name, option]) => [name, option]);

  expect(servers).toEqual([
    ['first:4400', 'max_fails=0'],
    ['second:4400', 'max_fails=0'],
    ['first:4400', 'max_fails=0'],
    ['second:4400', 'max_fails=0'],
  ]);
});
