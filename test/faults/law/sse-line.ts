/** Server-Sent Events, read by as little code as can read them. */
import { get } from 'node:http';
import type { SynclineEvent } from '../../../shared/events/index.ts';
import { readJson, toQuery, type FollowLine, type LineListener } from './line.ts';

export const followSse: FollowLine = ({ url, wish, after, signal }, listener) =>
  new Promise((resolve) => {
    const headers = { accept: 'text/event-stream', 'last-event-id': after };
    const request = get(url + toQuery(wish, {}), { headers, agent: false, signal });
    request.on('error', () => resolve());
    request.on('close', () => resolve());
    request.on('response', (response) => {
      if (response.statusCode !== 200) return void request.destroy();
      let rest = '';
      response.setEncoding('utf8');
      response.on('error', () => resolve());
      response.on('data', (text: string) => {
        listener.onSign();
        const frames = (rest + text).split('\n\n');
        // The last one is whole only when its empty line has come.
        rest = frames.pop() ?? '';
        for (const frame of frames) takeFrame(frame, listener);
      });
    });
  });

function takeFrame(frame: string, listener: LineListener): void {
  let event = '';
  let data = '';
  for (const line of frame.split('\n')) {
    if (line.startsWith('event: ')) event = line.slice(7);
    if (line.startsWith('data: ')) data = line.slice(6);
  }
  if (data === '' || event === 'bye') return;
  const content = readJson(data, listener);
  if (content === undefined) return;
  if (event === 'hello') return listener.onGreeting(content as Parameters<LineListener['onGreeting']>[0]);
  listener.onEvent(content as SynclineEvent);
}
