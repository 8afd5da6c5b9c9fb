/** What people and pages try who should not get in, and what each surface must say to it (GU2 to GU4, GU10). */
import type { Sent } from './line.ts';
import { everywhere, openly, type Surface } from './surfaces.ts';

export interface Holders {
  readonly operator: string;
  readonly viewer: string;
  readonly revoked: string;
  /** A cookie of the viewer with another role's name on it. */
  readonly forged: string;
  /** The viewer's own cookie. */
  readonly cookie: string;
  readonly port: string;
  takeTicket(): Promise<string>;
}

export interface Abuse {
  readonly rule: 'GU2' | 'GU3' | 'GU4' | 'GU10';
  readonly name: string;
  readonly as: 'operator' | 'viewer' | 'nobody';
  change(request: Sent, holders: Holders): Sent | Promise<Sent>;
  readonly answers: Readonly<Record<Surface, number>>;
}

/** A page of another origin may make a browser read, but not see; it may change nothing, and open no socket. */
const readsOnly = { ...openly, 'HTTP write': 403, WebSocket: 403, 'socket.io polling': 403 };

const withHost = (request: Sent, host: string): Sent => ({
  ...request,
  headers: request.headers.map(([name, value]) => [name, name === 'Host' ? host : value]),
});
const without = (request: Sent, header: string): Sent => ({
  ...request,
  headers: request.headers.filter(([name]) => name !== header),
});
const plus = (request: Sent, ...headers: Sent['headers']): Sent => ({
  ...request,
  headers: [...request.headers, ...headers],
});
const withQuery = (request: Sent, query: string): Sent => ({
  ...request,
  target: `${request.target}${request.target.includes('?') ? '&' : '?'}${query}`,
});

const host = (name: string, value: string | ((port: string) => string)): Abuse => ({
  rule: 'GU2',
  name,
  as: 'operator',
  change: (request, { port }) => withHost(request, typeof value === 'string' ? value : value(port)),
  answers: everywhere(421),
});

const page = (name: string, headers: Sent['headers'], answers = readsOnly): Abuse => ({
  rule: 'GU3',
  name,
  as: 'operator',
  change: (request) => plus(request, ...headers),
  answers,
});

const stranger = (name: string, change: Abuse['change'], answers = everywhere(401)): Abuse => ({
  rule: 'GU4',
  name,
  as: 'nobody',
  change,
  answers,
});

export const abuses: readonly Abuse[] = [
  {
    rule: 'GU2',
    name: '(none: an operator, as one should)',
    as: 'operator',
    change: (sent) => sent,
    answers: openly,
  },
  host('a name that was rebound to us', 'evil.example'),
  host('our name as the beginning of another', (port) => `localhost.evil.example:${port}`),
  host('our name as a user name', (port) => `localhost:${port}@evil.example`),
  host('our name with a dot behind it', (port) => `localhost.:${port}`),
  host('a port that is none', 'localhost:4400x'),
  host('a port of six digits', 'localhost:444400'),
  host('our address as a number', (port) => `2130706433:${port}`),
  host('our address in short', (port) => `127.1:${port}`),
  host('an empty Host', ''),
  {
    ...host('no Host at all', ''),
    change: (request) => without(request, 'Host'),
  },
  {
    ...host('two Hosts, the good one first', ''),
    change: (request) => plus(request, ['Host', 'evil.example']),
  },
  {
    ...host('two Hosts, the good one last', ''),
    change: (request) => ({ ...request, headers: [['Host', 'evil.example'], ...request.headers] }),
  },
  {
    ...host('another name in the request line', ''),
    change: (request) => ({ ...request, target: `http://evil.example${request.target}` }),
  },
  {
    ...host('a proxy’s word for it (X-Forwarded-Host)', ''),
    change: (request) =>
      withHost(
        plus(request, ['X-Forwarded-Host', 'localhost'], ['Forwarded', 'host=localhost']),
        'evil.example',
      ),
  },

  page('another site', [['Origin', 'http://evil.example']]),
  page('another port of this machine', [['Origin', 'http://127.0.0.1:1']]),
  page('a page without an origin', [['Origin', 'null']]),
  page('two origins', [
    ['Origin', 'http://evil.example'],
    ['Origin', 'http://localhost'],
  ]),
  page('cross-site, and no Origin', [['Sec-Fetch-Site', 'cross-site']]),
  page('a sibling site, and no Origin', [['Sec-Fetch-Site', 'same-site']]),
  page(
    'a method in a header',
    [
      ['X-HTTP-Method-Override', 'DELETE'],
      ['X-Method-Override', 'DELETE'],
    ],
    openly,
  ),

  stranger('no token', (request) => request),
  stranger('a wrong token', (request) => plus(request, ['Authorization', 'Bearer wrong-wrong-wrong'])),
  stranger('an empty token', (request) => plus(request, ['Authorization', 'Bearer '])),
  stranger('a revoked token', (request, { revoked }) =>
    plus(request, ['Authorization', `Bearer ${revoked}`]),
  ),
  stranger('the token by another scheme', (request, { operator }) =>
    plus(request, ['Authorization', `Basic ${operator}`]),
  ),
  stranger('the token in the address', (request, { operator }) =>
    withQuery(request, `token=${operator}&access_token=${operator}`),
  ),
  stranger('the token as a cookie', (request, { operator }) =>
    plus(request, ['Cookie', `syncline_session=${operator}`]),
  ),
  stranger('a cookie with another token’s name on it', (request, { forged }) =>
    plus(request, ['Cookie', forged]),
  ),
  stranger('a cookie of a broken encoding', (request) => plus(request, ['Cookie', 'syncline_session=%zz'])),
  stranger('two tokens', (request) =>
    plus(
      request,
      ['Authorization', 'Bearer wrong-wrong-wrong'],
      ['Authorization', 'Bearer wrong-wrong-wrong'],
    ),
  ),
  stranger(
    'a fresh ticket',
    async (request, { takeTicket }) => withQuery(request, `ticket=${await takeTicket()}`),
    // Streams and sockets are what it is for, and nothing else.
    { ...everywhere(401), SSE: 200, WebSocket: 101, 'socket.io polling': 200 },
  ),
  stranger('a ticket that nobody gave', (request) => withQuery(request, `ticket=${'A'.repeat(43)}`)),
  stranger(
    'a ticket of 100 kB',
    (request) => withQuery(request, `ticket=${'A'.repeat(100_000)}`),
    everywhere(431),
  ),
  {
    rule: 'GU4',
    name: 'a viewer who writes',
    as: 'viewer',
    change: (sent) => sent,
    answers: { ...openly, 'HTTP write': 403 },
  },
  stranger('a viewer’s cookie', (request, { cookie }) => plus(request, ['Cookie', cookie]), {
    ...openly,
    'HTTP write': 403,
  }),
  stranger(
    'a viewer’s cookie, sent by another site',
    (request, { cookie }) => plus(request, ['Cookie', cookie], ['Origin', 'http://evil.example']),
    { ...readsOnly },
  ),

  {
    rule: 'GU10',
    name: 'headers of 20 KiB',
    as: 'operator',
    change: (request) => plus(request, ['X-Long', 'x'.repeat(20_480)]),
    answers: everywhere(431),
  },
];
