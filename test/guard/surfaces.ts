/** Every way in, as the plain request that opens it. */
import type { Sent } from './line.ts';

export const surfaces = [
  'HTTP read',
  'HTTP write',
  'SSE',
  'polling',
  'WebSocket',
  'socket.io polling',
] as const;
export type Surface = (typeof surfaces)[number];

const requests: Readonly<Record<Surface, Sent>> = {
  'HTTP read': { method: 'GET', target: '/api/v1/projects', headers: [] },
  // Nothing of it exists, so that whoever is let in learns only that.
  'HTTP write': {
    method: 'POST',
    target: '/api/v1/projects/none/sync',
    headers: [['Content-Type', 'application/json']],
    body: '{}',
  },
  SSE: { method: 'GET', target: '/api/events', headers: [['Accept', 'text/event-stream']] },
  polling: { method: 'GET', target: '/api/events?limit=1', headers: [['Accept', 'application/json']] },
  WebSocket: {
    method: 'GET',
    target: '/socket.io/?EIO=4&transport=websocket',
    headers: [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ],
  },
  'socket.io polling': { method: 'GET', target: '/socket.io/?EIO=4&transport=polling', headers: [] },
};

export function toRequest(surface: Surface, url: string): Sent {
  const { headers, ...request } = requests[surface];
  const closes: Sent['headers'] = surface === 'WebSocket' ? [] : [['Connection', 'close']];
  return { ...request, headers: [['Host', new URL(url).host], ...closes, ...headers] };
}

/** What each surface answers to whoever may. */
export const openly: Readonly<Record<Surface, number>> = {
  'HTTP read': 200,
  'HTTP write': 404,
  SSE: 200,
  polling: 200,
  WebSocket: 101,
  'socket.io polling': 200,
};

export const everywhere = (status: number): Readonly<Record<Surface, number>> => ({
  'HTTP read': status,
  'HTTP write': status,
  SSE: status,
  polling: status,
  WebSocket: status,
  'socket.io polling': status,
});
