/** The handshake passes the same guard as HTTP (IO1). */
import { checkRequest, type GuardSettings } from '../http/guard.ts';
import type { AdmitSocket } from './socket-server.ts';
import type { Subscribers } from './subscribers.ts';

export function createSocketAdmission(guard: GuardSettings, subscribers: Subscribers): AdmitSocket {
  return (request) => {
    const [path = ''] = (request.url ?? '').split('?');
    // Browsers open sockets across origins without asking: for the guard each of them is an unsafe request.
    const actor = checkRequest(guard, { method: 'POST', path, headers: request.headers });
    subscribers.checkRoom();
    return actor;
  };
}
