/** The watcher, git and the index of one project, as the server reports them. */
import type { CacheStatus, WatchStatus } from '../../../../shared/views/status.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toWords } from '../../format/labels.ts';
import { toBytes, toCount } from '../../format/numbers.ts';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { WatcherState } from '../../parts/status.tsx';
import { Age } from '../../parts/time.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { statusView } from '../../views/projects.ts';
import { FreshnessNote } from './freshness-note.tsx';

export function IndexPanel({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const view = useView(statusView(caller, slug));
  return (
    <ViewBoundary view={view} noun="status">
      {(status) => (
        <>
          <Panel title="Watcher" aside={<WatcherState status={status.watch.state} />}>
            <FreshnessNote slug={slug} />
            <Watcher watch={status.watch} />
          </Panel>
          <Panel title="Index">
            <Index status={status} />
          </Panel>
        </>
      )}
    </ViewBoundary>
  );
}

function Watcher({ watch }: { watch: WatchStatus }) {
  return (
    <>
      {watch.reason !== null && <p className="note note-warn">{watch.reason}</p>}
      <Facts
        facts={[
          { name: 'Progress', value: toWords(watch.progressStatus) },
          { name: 'Watched folders', value: toCount(watch.watchPathCount) },
          { name: 'Missing', value: watch.missingPaths.join(', ') },
          { name: 'Pending changes', value: watch.pendingChanges > 0 && toCount(watch.pendingChanges) },
          { name: 'Last change', value: watch.lastChangeSyncAt && <Age at={watch.lastChangeSyncAt} /> },
          { name: 'Files in it', value: watch.lastChangeSyncAt && toCount(watch.lastChangeCount) },
          { name: 'Last error', value: watch.lastSyncError },
          { name: 'Last reconcile', value: watch.lastReconcileAt && <Age at={watch.lastReconcileAt} /> },
          { name: 'Repairs', value: watch.repairsTotal > 0 && toCount(watch.repairsTotal) },
        ].filter(({ value }) => value !== false)}
      />
    </>
  );
}

function Index({ status: { rows, databaseBytes, git, openIssues } }: { status: CacheStatus }) {
  return (
    <Facts
      facts={[
        { name: 'Documents', value: toCount(rows.documents) },
        { name: 'Sessions', value: rows.sessions > 0 && toCount(rows.sessions) },
        { name: 'Features', value: rows.features > 0 && toCount(rows.features) },
        { name: 'Tasks', value: rows.tasks > 0 && toCount(rows.tasks) },
        { name: 'Links', value: rows.links > 0 && toCount(rows.links) },
        {
          name: 'Issues',
          value: `${toCount(openIssues.error)} errors, ${toCount(openIssues.warning)} warnings, ${toCount(openIssues.notice)} notices`,
        },
        { name: 'Git', value: git.reason ?? toWords(git.state) },
        { name: 'Commit', value: git.head && <code>{git.head.slice(0, 10)}</code> },
        { name: 'Uncommitted', value: git.dirtyPaths > 0 && toCount(git.dirtyPaths) },
        { name: 'Database', value: toBytes(databaseBytes) },
      ].filter(({ value }) => value !== false)}
    />
  );
}
