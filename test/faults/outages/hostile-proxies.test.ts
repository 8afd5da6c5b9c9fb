/** A proxy that holds streams back, or strips what they need: the SDK finds a way within three seconds, and loses nothing (F16). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { openHttpProxy, type ProxyManners } from './cutting-proxy.ts';
import { followWithSdk, namesIn, openOutageKit, type OutageKit } from './outage-kit.ts';

let kit: OutageKit;

beforeAll(async () => {
  kit = await openOutageKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

const buffers: ProxyManners = { holds: (head) => /^content-type: text\/event-stream/im.test(head) };
const without = (name: string) => (head: string) => head.replaceAll(new RegExp(`^${name}:.*\r\n`, 'gim'), '');
const stripsUpgrade = (head: string) => without('upgrade')(without('connection')(head));

test.each<[what: string, manners: ProxyManners, transport: string, withinMs: number]>([
  ['passes everything on', {}, 'sse', 3_000],
  ['strips Last-Event-ID', { rewriteHead: without('last-event-id') }, 'sse', 3_000],
  ['holds event streams back', buffers, 'socket', 3_000 + 3_000],
  ['strips Upgrade', { rewriteHead: stripsUpgrade }, 'sse', 3_000],
  [
    'holds event streams back and strips Upgrade',
    { ...buffers, rewriteHead: stripsUpgrade },
    'socket',
    3_000 + 3_000,
  ],
])(
  '[F16, PO2] behind a proxy that %s events come over the best way there is, all of them once',
  async (_, manners, transport, withinMs) => {
    const { head } = await kit.server.json<{ head: `${string}-${number}` }>('/api/events');
    await using proxy = await openHttpProxy(kit.server.url, manners);
    const beganMs = performance.now();
    using reader = followWithSdk(proxy.url, { after: head as never });
    const known = kit.acknowledged.length;
    await kit.write();

    await until('it is live', () => reader.state().state === 'live');
    const tookMs = performance.now() - beganMs;
    await kit.write();
    await until('all of it has come', () => namesIn(reader.events).at(-1) === kit.acknowledged.at(-1));

    expect(reader.state()).toMatchObject({ transport });
    // Three seconds without a hello, and a moment to connect anew.
    expect(tookMs).toBeLessThan(withinMs);
    expect(namesIn(reader.events)).toEqual(kit.acknowledged.slice(known));
    expect(reader.resets).toEqual([]);
  },
);
