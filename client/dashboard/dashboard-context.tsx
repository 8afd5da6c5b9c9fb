/** What every component may reach: the caller for requests, the store for live views, and one clock. */
import { createContext, use } from 'react';
import type { ReactNode } from 'react';
import type { Caller } from '../sdk/caller.ts';
import type { Store } from '../sdk/store.ts';
import type { Entrance } from './entrance/entrance.ts';
import type { Ticker } from './ticker.ts';

export interface Dashboard {
  readonly caller: Caller;
  readonly store: Store;
  readonly ticker: Ticker;
  readonly entrance: Entrance;
}

const Context = createContext<Dashboard | null>(null);

export function DashboardProvider({ dashboard, children }: { dashboard: Dashboard; children: ReactNode }) {
  return <Context value={dashboard}>{children}</Context>;
}

export function useDashboard(): Dashboard {
  const dashboard = use(Context);
  if (dashboard === null) throw new Error('A component of the dashboard stands outside its provider');
  return dashboard;
}
