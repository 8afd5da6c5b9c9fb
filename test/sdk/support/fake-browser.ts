/** Web Locks and BroadcastChannel of one browser, for tabs that are plain objects in one process. */
import type { TabApis } from '../../../client/sdk/tabs.ts';

export interface FakeBrowser extends TabApis {
  /** Names of locks held or waited for, and of channels open: nothing may be left behind. */
  readonly inUse: () => { readonly locks: number; readonly channels: number };
}

export function createFakeBrowser(): FakeBrowser {
  const queues = new Map<string, (() => void)[]>();
  const channels = new Set<FakeChannel>();

  class FakeChannel {
    onmessage: ((event: MessageEvent) => void) | null = null;
    readonly name: string;
    constructor(name: string) {
      this.name = name;
      channels.add(this);
    }
    postMessage(message: unknown): void {
      if (!channels.has(this)) throw new DOMException('Channel is closed', 'InvalidStateError');
      for (const other of channels) {
        if (other === this || other.name !== this.name) continue;
        const event = { data: structuredClone(message) } as MessageEvent;
        queueMicrotask(() => channels.has(other) && other.onmessage?.(event));
      }
    }
    close(): void {
      channels.delete(this);
    }
  }

  const turnOf = (name: string, signal: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      const release = () => {
        queue.splice(queue.indexOf(grant), 1);
        queue[0]?.();
      };
      const refuse = () => {
        queue.splice(queue.indexOf(grant), 1);
        reject(signal.reason as Error);
      };
      const grant = () => {
        signal.removeEventListener('abort', refuse);
        resolve(release);
      };
      signal.addEventListener('abort', refuse);
      queue.push(grant);
      if (queue.length === 1) grant();
    });

  return {
    BroadcastChannel: FakeChannel,
    locks: {
      async request(name, { signal }, work) {
        const release = await turnOf(name, signal);
        try {
          await work();
        } finally {
          release();
        }
      },
    },
    inUse: () => ({
      locks: [...queues.values()].reduce((sum, { length }) => sum + length, 0),
      channels: channels.size,
    }),
  };
}
