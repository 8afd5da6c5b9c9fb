/** socket.io as its guide shows it: one `emit` to all an event, over WebSocket. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { toEvent } from '../fanout-event.ts';
import { serveSpeaker } from '../fanout-speaker.ts';

const server = createServer();
const io = new Server(server, { serveClient: false, perMessageDeflate: false, transports: ['websocket'] });
await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));

let seq = 0;
serveSpeaker({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  publish(stamps) {
    for (const stampUs of stamps) io.emit('event', toEvent((seq += 1), stampUs));
  },
  end: () => io.disconnectSockets(true),
});
