/** Puts the dashboard into a page: one caller, one store, one clock for everything in it. */
import { createRoot } from 'react-dom/client';
import { createCaller } from '../sdk/caller.ts';
import { openStore } from '../sdk/store.ts';
import { App } from './app.tsx';
import { DashboardProvider } from './dashboard-context.tsx';
import { createEntrance } from './entrance/entrance.ts';
import { Gate } from './entrance/gate.tsx';
import { applyTheme, readTheme } from './theme.ts';
import { createTicker } from './ticker.ts';

export function start(root: HTMLElement): void {
  applyTheme(readTheme());
  const baseUrl = location.origin;
  const entrance = createEntrance({ baseUrl });
  const caller = createCaller({ baseUrl, fetch: entrance.fetch });
  const store = openStore({ caller, baseUrl });
  const { connection } = store;
  connection.subscribe(() => entrance.hearConnection(connection.get()));
  // Never rejects for what the network does.
  void entrance.ask();
  const dashboard = { caller, store, ticker: createTicker(), entrance };
  createRoot(root).render(
    <DashboardProvider dashboard={dashboard}>
      <Gate>
        <App />
      </Gate>
    </DashboardProvider>,
  );
}
