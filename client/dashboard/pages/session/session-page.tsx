/** One session of a coding agent: what it cost, what it touched, what came of it, and what was said. */
import { useParams } from 'react-router';
import type { SessionDetail } from '../../../../shared/views/session.ts';
import { toProjectPath, toSessionPath, toSessionsPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toPlural } from '../../format/numbers.ts';
import { toWords } from '../../format/labels.ts';
import { Icon } from '../../parts/icon.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SessionState } from '../../parts/session-state.tsx';
import { SessionTable } from '../../parts/session-table.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useReloadEvery } from '../../use-reload-every.ts';
import { shownValue, useView } from '../../use-view.ts';
import { projectView } from '../../views/projects.ts';
import { sessionView } from '../../views/sessions.ts';
import { CommandsPanel } from './commands-panel.tsx';
import { CommitsPanel } from './commits-panel.tsx';
import { FilesPanel } from './files-panel.tsx';
import { LinkedFeatures } from './linked-features.tsx';
import { SessionFacts } from './session-facts.tsx';
import { Transcript } from './transcript.tsx';
import { UsagePanel } from './usage-panel.tsx';

export function SessionPage() {
  const { slug = '', id = '' } = useParams();
  return <SessionOf key={`${slug}/${id}`} slug={slug} id={id} />;
}

/** SE17: a session ends by the clock, without an event. */
const statusAgesMs = 60_000;

function SessionOf({ slug, id }: { slug: string; id: string }) {
  const { caller } = useDashboard();
  const view = useView(sessionView(caller, slug, id));
  useReloadEvery(statusAgesMs, shownValue(view.state)?.status === 'active', view.reload);
  return (
    <ViewBoundary view={view} noun="session">
      {(session) => <Content slug={slug} session={session} />}
    </ViewBoundary>
  );
}

function Content({ slug, session }: { slug: string; session: SessionDetail }) {
  const { caller } = useDashboard();
  const project = shownValue(useView(projectView(caller, slug)).state)?.name ?? slug;
  const { id, title, role, parentSessionId: parent, parentMissing, children } = session;
  return (
    <>
      <PageHeader
        title={title}
        crumbs={[
          { label: 'Projects', to: '/' },
          { label: project, to: toProjectPath(slug) },
          { label: 'Sessions', to: toSessionsPath(slug) },
          ...(parent === null || parentMissing
            ? []
            : [{ label: 'Parent session', to: toSessionPath(slug, parent) }]),
        ]}
        aside={
          <span className="row">
            <SessionState status={session.status} />
            {role !== 'main' && <span className="tag">{role}</span>}
          </span>
        }
      />
      {session.sourceGone && <Gone />}
      <div className="columns">
        <div className="column-main">
          <UsagePanel session={session} />
          <CommitsPanel session={session} />
          <FilesPanel files={session.files} />
          <CommandsPanel commands={session.commands} />
          {children.length > 0 && (
            <Panel
              title="Subagents"
              isFlush
              aside={<span className="muted small figure">{toPlural(children.length, 'subagent')}</span>}
            >
              <div className="table-scroll">
                <SessionTable slug={slug} sessions={children} />
              </div>
            </Panel>
          )}
          <Transcript slug={slug} id={id} />
        </div>
        <div className="column-side">
          <SessionFacts session={session} />
          <LinkedFeatures slug={slug} id={id} />
          <Artifacts session={session} />
        </div>
      </div>
    </>
  );
}

function Gone() {
  return (
    <div className="message message-warn">
      <Icon name="warning" />
      <p className="message-text">
        <strong>The agent has removed this log.</strong> What was read of it before is kept.
      </p>
    </div>
  );
}

function Artifacts({ session: { artifacts, prLinks } }: { session: SessionDetail }) {
  if (artifacts.length === 0 && prLinks.length === 0) return null;
  return (
    <Panel title="Called and opened">
      <ul className="evidence">
        {prLinks.map((link) => (
          <li key={link}>
            <PullRequest link={link} />
          </li>
        ))}
        {artifacts.map(({ kind, name, description, outcome }, index) => (
          <li key={index}>
            {toWords(kind)} <span className="mono">{name}</span>
            {outcome === 'failed' && <span className="bad"> failed</span>}
            {description !== null && <span className="block muted small">{description}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Text of a log: only what is plainly a page on the web becomes a link. */
function PullRequest({ link }: { link: string }) {
  if (!link.startsWith('https://')) return <span className="wrap">{link}</span>;
  return (
    <a href={link} target="_blank" rel="noreferrer" className="wrap external-link">
      {link.replace('https://', '')}
    </a>
  );
}
