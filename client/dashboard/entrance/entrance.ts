/** Whether this browser is let in, and as whom: asked at the start, and again whenever the server says 401. */
import type { Identity } from '../../../shared/views/access.ts';
import { CallError, createCaller } from '../../sdk/caller.ts';
import type { Caller } from '../../sdk/caller.ts';
import { createCell } from '../../sdk/cell.ts';
import type { Readable } from '../../sdk/cell.ts';
import type { ConnectionState } from '../../sdk/connection-state.ts';

export type EntranceState =
  /** Pages load meanwhile: mostly one is let in. */
  | { readonly state: 'asking' }
  | { readonly state: 'open'; readonly identity: Identity }
  /** `wasOpen`: a session has ended while the page was on screen. */
  | { readonly state: 'shut'; readonly wasOpen: boolean };

export interface Entrance {
  readonly state: Readable<EntranceState>;
  /** A `fetch` under which every 401 is noticed. */
  readonly fetch: typeof fetch;
  readonly ask: () => Promise<void>;
  /** Throws a `CallError` for what is no token. */
  readonly signIn: (token: string) => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** A stream that was told to stop for want of a right. */
  readonly hearConnection: (connection: ConnectionState) => void;
}

export function createEntrance({
  baseUrl,
  send = (...request) => fetch(...request),
}: EntranceOptions): Entrance {
  const state = createCell<EntranceState>({ state: 'asking' });
  // Not the caller of the pages: a wrong token is answered with 401 too, and is no end of a session.
  const call: Caller = createCaller({ baseUrl, fetch: send });

  const shut = () => {
    const now = state.get();
    if (now.state !== 'shut') state.set({ state: 'shut', wasOpen: now.state === 'open' });
  };
  const ask = async () => {
    try {
      const { value } = await call('readIdentity', {});
      if (value.role === null) shut();
      else state.set({ state: 'open', identity: value });
    } catch (error) {
      // A server that is away lets nobody in and keeps nobody out: the pages say what is wrong.
      if (!(error instanceof CallError)) throw error;
    }
  };
  return {
    state,
    ask,
    async fetch(...request) {
      const response = await send(...request);
      if (response.status === 401) shut();
      return response;
    },
    async signIn(token) {
      await call('signIn', { body: { token } });
    },
    async signOut() {
      await call('signOut', {});
      shut();
    },
    hearConnection(connection) {
      if (connection.state === 'stopped' && connection.because !== 'told-to-stop') void ask();
    },
  };
}

interface EntranceOptions {
  readonly baseUrl: string;
  readonly send?: typeof fetch;
}
