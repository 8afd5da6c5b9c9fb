/** What is known about a project that does not move by the second. */
import type { Project } from '../../../../shared/views/project.ts';
import { toCount } from '../../format/numbers.ts';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Age } from '../../parts/time.tsx';

export function ProjectFacts({ project }: { project: Project }) {
  const facts = [
    { name: 'Slug', value: <code>{project.slug}</code> },
    { name: 'Folder', value: project.sdlc_path && <code>{project.sdlc_path}</code> },
    { name: 'Repository', value: project.source_type === 'github' ? project.repo_url : null },
    { name: 'Documents', value: <span className="figure">{toCount(project.document_count)}</span> },
    { name: 'Schema', value: project.schema_version },
    { name: 'Profile', value: project.profile },
    { name: 'Docs in', value: <Paths paths={project.paths.docs} /> },
    {
      name: 'Progress in',
      value: project.paths.progress.length > 0 && <Paths paths={project.paths.progress} />,
    },
    {
      name: 'Sessions in',
      value: project.paths.sessions.length > 0 && <Paths paths={project.paths.sessions} />,
    },
    { name: 'Last synced', value: project.last_synced_at && <Age at={project.last_synced_at} /> },
    { name: 'Registered', value: <Age at={project.created_at} /> },
  ];
  return (
    <Panel title="Project" aside={project.active && <span className="tag">active</span>}>
      <Facts facts={facts.filter(({ value }) => value !== false)} />
    </Panel>
  );
}

function Paths({ paths }: { paths: readonly string[] }) {
  return paths.map((path) => (
    <code key={path} className="path-line">
      {path}
    </code>
  ));
}
