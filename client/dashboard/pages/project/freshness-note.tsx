/** "Everything saved before 12:03:21 is on this screen": asked again while somebody looks. */
import { useCallback } from 'react';
import { useDashboard } from '../../dashboard-context.tsx';
import { toFreshnessText } from '../../format/freshness.ts';
import { useConnection } from '../../use-connection.ts';
import { useReloadEvery } from '../../use-reload-every.ts';
import { shownValue, useView } from '../../use-view.ts';
import { freshnessView } from '../../views/projects.ts';

const everyMs = 15_000;

export function FreshnessNote({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const { state, reload } = useView(freshnessView(caller, slug));
  const { connection } = useConnection();
  const askAgain = useCallback(() => {
    if (document.visibilityState === 'visible') reload();
  }, [reload]);
  useReloadEvery(everyMs, true, askAgain);

  const freshness = shownValue(state);
  if (freshness === undefined) return null;
  const { tone, text, detail } = toFreshnessText(freshness, connection);
  return (
    <p className={tone === 'plain' ? 'note' : `note note-${tone}`} title={detail}>
      {text}
    </p>
  );
}
