/** better-sse as its guide shows it: one channel, one broadcast an event. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChannel, createSession } from 'better-sse';
import { toEvent } from '../fanout-event.ts';
import { serveSpeaker } from '../fanout-speaker.ts';

const channel = createChannel();
const server = createServer((request, response) => {
  void createSession(request, response).then((session) => channel.register(session));
});
await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));

let seq = 0;
serveSpeaker({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  publish(stamps) {
    for (const stampUs of stamps) {
      const event = toEvent((seq += 1), stampUs);
      channel.broadcast(event, event.type, { eventId: event.id });
    }
  },
  end: () => server.closeAllConnections(),
});
