/** The open pages of one browser: who of them leads, and how they talk; Web Locks and BroadcastChannel made small. */

export interface Tabs {
  /** Runs the work once no other tab of that name does; rejects when the signal aborts before. */
  lead(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void>;
  /** What is said is heard by all others of that name, in order. */
  join(name: string, hear: (message: unknown) => void): TabVoice;
}

export interface TabVoice {
  say(message: unknown): void;
  leave(): void;
}

export interface TabApis {
  readonly locks: {
    request(name: string, options: { signal: AbortSignal }, work: () => Promise<void>): Promise<unknown>;
  };
  readonly BroadcastChannel: new (
    name: string,
  ) => Pick<BroadcastChannel, 'onmessage' | 'postMessage' | 'close'>;
}

/** Null outside a browser page, and where the browser lacks one of the two. */
export function findTabApis(scope: object): TabApis | null {
  const { document, navigator, BroadcastChannel } = scope as Partial<typeof globalThis>;
  if (document === undefined || BroadcastChannel === undefined) return null;
  // Missing outside secure contexts, whatever the types say.
  const locks = navigator?.locks as LockManager | undefined;
  return locks === undefined ? null : { locks, BroadcastChannel };
}

export const createTabs = ({ locks, BroadcastChannel }: TabApis): Tabs => ({
  async lead(name, signal, work) {
    await locks.request(name, { signal }, work);
  },
  join(name, hear) {
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => hear(data);
    return { say: (message) => channel.postMessage(message), leave: () => channel.close() };
  },
});
