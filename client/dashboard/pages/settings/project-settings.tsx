/** One project in the settings: a line that opens into its form. */
import { useState } from 'react';
import { Link } from 'react-router';
import type { Project } from '../../../../shared/views/project.ts';
import { toProjectPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { Field } from '../../forms/field.tsx';
import { changedLists, toLines } from '../../forms/path-lines.ts';
import { Switch } from '../../forms/switch.tsx';
import { useForm } from '../../forms/use-form.ts';
import { Icon } from '../../parts/icon.tsx';
import { RemoveProject } from './remove-project.tsx';
import { Restricted } from '../../entrance/restricted.tsx';

interface ProjectSettingsProps {
  readonly project: Project;
  readonly isOpen: boolean;
  readonly toggle: (isOpen: boolean) => void;
}

export function ProjectSettings({ project, isOpen, toggle }: ProjectSettingsProps) {
  return (
    <li>
      <details
        open={isOpen}
        onToggle={(event) => event.currentTarget.open !== isOpen && toggle(event.currentTarget.open)}
      >
        <summary className="settings-line">
          <Icon name="chevron" className="settings-chevron" />
          <span className="settings-name">
            <span className="strong">{project.name}</span>
            <code className="muted small">{project.sdlc_path ?? project.repo_url}</code>
          </span>
          {project.active && <span className="tag">active</span>}
          {!project.watch && <span className="tag">not watched</span>}
        </summary>
        {isOpen && <ProjectForm project={project} />}
      </details>
    </li>
  );
}

const fieldNames = ['name', 'sdlc_path', 'paths', 'watch', 'active'];

function ProjectForm({ project }: { project: Project }) {
  const { caller } = useDashboard();
  const [name, setName] = useState(project.name);
  const [path, setPath] = useState(project.sdlc_path ?? '');
  const [paths, setPaths] = useState(() => ({
    docs: toLines(project.paths.docs),
    progress: toLines(project.paths.progress),
    sessions: toLines(project.paths.sessions),
  }));
  const [watch, setWatch] = useState(project.watch);
  const [active, setActive] = useState(project.active);
  const params = { slug: project.slug };

  const form = useForm(fieldNames, async () => {
    const lists = changedLists(project.paths, paths);
    const body = {
      name,
      ...(project.source_type === 'local' && path !== project.sdlc_path && { sdlc_path: path }),
      ...(lists !== null && { paths: lists }),
      ...(watch !== project.watch && { watch }),
      ...(active !== project.active && { active }),
    };
    const { value } = await caller('changeProject', { params, body });
    return `${value.name} is saved.`;
  });
  const { fields } = form.errors;
  return (
    <div className="settings-body">
      <Restricted to="changeProject" isForm>
        <form onSubmit={form.submit} noValidate className="form">
          <Field label="Name" value={name} change={setName} error={fields['name']} isRequired />
          {project.source_type === 'local' && (
            <Field
              label="Folder"
              value={path}
              change={setPath}
              error={fields['sdlc_path']}
              isMono
              isRequired
            />
          )}
          <fieldset className="form-lists">
            <legend>Paths, one a line</legend>
            <Field
              label="Docs"
              rows={2}
              isMono
              value={paths.docs}
              hint="Relative to the folder."
              change={(docs) => setPaths({ ...paths, docs })}
              error={fields['paths']}
            />
            <Field
              label="Progress"
              rows={2}
              isMono
              value={paths.progress}
              hint="Relative to the folder."
              change={(progress) => setPaths({ ...paths, progress })}
            />
            <Field
              label="Sessions"
              rows={2}
              isMono
              value={paths.sessions}
              hint="Absolute."
              change={(sessions) => setPaths({ ...paths, sessions })}
            />
          </fieldset>
          <Switch
            label="Watch"
            hint={fields['watch'] ?? 'Index changed files the moment they are saved.'}
            isOn={watch}
            change={setWatch}
          />
          <Switch
            label="Active"
            hint={fields['active'] ?? 'The project meant by commands that name none; only one can be.'}
            isOn={active}
            change={setActive}
          />
          {form.errors.form !== null && (
            <p className="note note-bad" role="alert">
              {form.errors.form}
            </p>
          )}
          <p className="row">
            <button type="submit" className="button button-primary" disabled={form.isPending}>
              {form.isPending ? 'Saving…' : 'Save'}
            </button>
            <Link className="button button-quiet" to={toProjectPath(project.slug)}>
              Open project
            </Link>
            {form.accepted !== null && <output className="good">{form.accepted}</output>}
          </p>
        </form>
      </Restricted>
      <Restricted to="removeProject">
        <RemoveProject project={project} />
      </Restricted>
    </div>
  );
}
