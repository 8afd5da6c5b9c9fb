/** Pages, asked for one after the other over one connection that may be cut in the middle of an answer. */
import { Agent, get } from 'node:http';
import type { EventPage } from '../../../shared/api/events.ts';
import { readJson, toQuery, type FollowLine, type LineOptions } from './line.ts';

const following =
  (waitS: number, pauseMs: number): FollowLine =>
  async (options, listener) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let { after } = options;
    try {
      while (!options.signal.aborted) {
        const text = await readPage({ ...options, after }, waitS, agent);
        const page = text === null ? undefined : (readJson(text, listener) as EventPage | undefined);
        if (page === undefined) return;
        listener.onSign();
        if (page.reset !== null) listener.onGreeting({ from: null, head: page.next, reset: page.reset });
        for (const event of page.events) listener.onEvent(event);
        listener.onThrough(page.next);
        after = page.next;
        if (!page.hasMore && pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    } finally {
      agent.destroy();
    }
  };

export const followLongPoll = following(5, 0);
export const followPoll = following(0, 100);

/** Null when there was none, or not all of it. */
function readPage(
  { url, wish, after, signal }: LineOptions,
  waitS: number,
  agent: Agent,
): Promise<string | null> {
  return new Promise((resolve) => {
    const address = url + toQuery(wish, { after, wait: String(waitS) });
    const request = get(address, { headers: { accept: 'application/json' }, agent, signal });
    request.on('error', () => resolve(null));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', () => resolve(null));
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('close', () => {
        if (response.statusCode !== 200 || !response.complete) return resolve(null);
        resolve(Buffer.concat(chunks).toString());
      });
    });
  });
}
