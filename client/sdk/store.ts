/** Live views over one stream: each is a snapshot first and follows the journal from there. */
import type { Caller } from './caller.ts';
import { createCell } from './cell.ts';
import type { Readable } from './cell.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { begin } from './connection-state.ts';
import type { ConnectionState } from './connection-state.ts';
import type { Connection, ConnectionOptions } from './connection.ts';
import { EventRing } from './event-ring.ts';
import { LiveView } from './live-view.ts';
import type { ViewSpec, ViewState } from './live-view.ts';
import { openBrowserStream } from './shared-stream.ts';
import type { EventId } from '../../shared/ids.ts';

export type { Snapshot, ViewSpec, ViewState } from './live-view.ts';

export interface View<T> extends Readable<ViewState<T>> {
  readonly reload: () => void;
  readonly close: () => void;
}

export interface Store extends Disposable {
  readonly caller: Caller;
  readonly connection: Readable<ConnectionState>;
  /** Opens the stream with the first view; a view of a known key is shared. */
  view<T>(spec: ViewSpec<T>): View<T>;
  close(): void;
}

export interface StoreOptions {
  /** Handed on to those who have only the store. */
  readonly caller: Caller;
  readonly baseUrl: string;
  readonly token?: string | undefined;
  readonly connect?: (options: ConnectionOptions) => Connection;
  readonly clock?: Clock;
  readonly ringCapacity?: number;
}

/** Going back and forth between two pages reads neither again. */
export const lingerMs = 5_000;
/** The stream waits this long for the first snapshot, whose position it continues from. */
export const firstSnapshotMs = 1_000;

interface Shared {
  // A map of views of many types: `view` is the one place that knows which is which, by its key.
  readonly view: LiveView<unknown>;
  holders: number;
  cancelLinger: () => void;
}

export function openStore(options: StoreOptions): Store {
  const { connect = openBrowserStream, clock = systemClock, ringCapacity = 5_000 } = options;
  const connection = createCell<ConnectionState>(begin(null, clock.nowMs()).state);
  const ring = new EventRing(ringCapacity);
  const views = new Map<string, Shared>();
  let stream: Connection | null = null;
  let cancelPatience: (() => void) | null = null;
  let isClosed = false;

  const openStream = (after: EventId | null): void => {
    if (stream !== null || isClosed) return;
    cancelPatience?.();
    if (after !== null) ring.start(after);
    stream = connect({
      baseUrl: options.baseUrl,
      token: options.token,
      topics: ['all'],
      after,
      clock,
      onState: (state) => {
        if (state.state === 'live' && ring.position === null) {
          ring.start(state.cursor);
          for (const { view } of views.values()) view.followRing();
        }
        connection.set(state);
        for (const { view } of views.values()) view.onCut(isCut(state));
      },
      onEvents: (events) => {
        ring.push(events);
        for (const { view } of views.values()) view.followRing();
      },
      onReset: ({ head }) => {
        ring.start(head);
        for (const { view } of views.values()) view.onReset();
      },
    });
  };

  const share = <T>(spec: ViewSpec<T>): Shared => {
    const known = views.get(spec.key);
    if (known !== undefined) return known;
    if (stream === null) cancelPatience ??= clock.after(firstSnapshotMs, () => openStream(null));
    const view = new LiveView<T>({
      spec,
      ring,
      isCut: isCut(connection.get()),
      clock,
      onSettled: openStream,
    }) as unknown as LiveView<unknown>;
    const shared: Shared = { view, holders: 0, cancelLinger: () => {} };
    views.set(spec.key, shared);
    return shared;
  };

  const release = (key: string, shared: Shared): void => {
    shared.holders--;
    if (shared.holders > 0 || isClosed) return;
    shared.cancelLinger = clock.after(lingerMs, () => {
      views.delete(key);
      shared.view.close();
    });
  };

  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    cancelPatience?.();
    for (const { view, cancelLinger } of views.values()) {
      cancelLinger();
      view.close();
    }
    views.clear();
    stream?.close();
    connection.set({ state: 'closed' });
  };

  return {
    caller: options.caller,
    connection,
    view<T>(spec: ViewSpec<T>) {
      if (isClosed) throw new Error(`The store is closed; view "${spec.key}" cannot be opened`);
      const shared = share(spec);
      shared.holders++;
      shared.cancelLinger();
      let isHeld = true;
      return {
        ...(shared.view.state as Readable<ViewState<T>>),
        reload: () => shared.view.reload(),
        close: () => {
          if (isHeld) release(spec.key, shared);
          isHeld = false;
        },
      };
    },
    close,
    [Symbol.dispose]: close,
  };
}

/** Connecting for the first time is not yet a loss. */
function isCut(state: ConnectionState): boolean {
  if (state.state === 'connecting') return state.attempt > 1;
  return state.state !== 'live';
}
