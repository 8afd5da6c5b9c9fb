/** The handshake passes the same gate as HTTP (IO1). */
import type { IncomingMessage } from 'node:http';
import type { Gate, GuardedRequest } from '../http/gate.ts';
import { checkRole } from '../http/route-roles.ts';
import type { AdmitSocket } from './socket-server.ts';

export function createSocketAdmission(gate: Gate): AdmitSocket {
  return {
    async handshake(request) {
      const visitor = await gate.admitStream(toGuarded(gate, request));
      checkRole(visitor, 'viewer');
      return visitor;
    },
    check(request) {
      gate.checkAddress(toGuarded(gate, request));
    },
  };
}

/** Browsers open sockets across origins without asking: for the gate each of them is an unsafe request. */
function toGuarded(gate: Gate, request: IncomingMessage): GuardedRequest {
  const { headers, rawHeaders, url = '' } = request;
  const [path = ''] = url.split('?', 1);
  return { method: 'POST', path, headers, rawHeaders, target: url, address: gate.readAddress(request) };
}
