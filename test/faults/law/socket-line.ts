/** socket.io, by its own client, resuming from the journal. */
import { io } from 'socket.io-client';
import type { SubscribeAck } from '../../../shared/api/events.ts';
import type { SynclineEvent } from '../../../shared/events/index.ts';
import type { FollowLine } from './line.ts';

const following =
  (transports: readonly string[]): FollowLine =>
  ({ url, wish, after, signal }, listener) =>
    new Promise((resolve) => {
      const socket = io(url, {
        reconnection: false,
        forceNew: true,
        transports: [...transports],
        timeout: 5_000,
      });
      const end = () => {
        socket.off();
        socket.disconnect();
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      const early: SynclineEvent[] = [];
      let isGreeted = false;
      socket.on('event', (event: SynclineEvent) => {
        listener.onSign();
        if (isGreeted) listener.onEvent(event);
        else early.push(event);
      });
      socket.on('connect', () => {
        socket.emit('subscribe', { ...wish, after }, ({ ok, head, resumed, reset }: SubscribeAck) => {
          if (!ok) return end();
          listener.onSign();
          listener.onGreeting({ from: resumed ? after : null, head, reset });
          isGreeted = true;
          for (const event of early) listener.onEvent(event);
        });
      });
      socket.on('disconnect', end);
      socket.on('connect_error', end);
    });

export const followWebSocket = following(['websocket']);
/** Over HTTP requests, and up to a WebSocket in the middle of everything. */
export const followSocket = following(['polling', 'websocket']);
