/** Puts the dashboard into a page: one caller, one store, one clock for everything in it. */
import { createRoot } from 'react-dom/client';
import { createCaller } from '../sdk/caller.ts';
import { openStore } from '../sdk/store.ts';
import { App } from './app.tsx';
import { DashboardProvider } from './dashboard-context.tsx';
import { applyTheme, readTheme } from './theme.ts';
import { createTicker } from './ticker.ts';

export function start(root: HTMLElement): void {
  applyTheme(readTheme());
  const baseUrl = location.origin;
  const caller = createCaller({ baseUrl });
  const dashboard = { caller, store: openStore({ caller, baseUrl }), ticker: createTicker() };
  createRoot(root).render(
    <DashboardProvider dashboard={dashboard}>
      <App />
    </DashboardProvider>,
  );
}
