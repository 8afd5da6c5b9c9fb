/** The time now, moving once a second with the dashboard's clock. */
import { useSyncExternalStore } from 'react';
import { useDashboard } from './dashboard-context.tsx';

export function useNow(): number {
  const { ticker } = useDashboard();
  return useSyncExternalStore(ticker.subscribe, ticker.get);
}
