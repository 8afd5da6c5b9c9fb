/** The tasks of a feature, phase by phase; what is open is unfolded. */
import { Link } from 'react-router';
import type { FeatureDetail, PlanTask } from '../../../../shared/views/plan.ts';
import { toSessionPath } from '../../address/paths.ts';
import { toCount, toPlural } from '../../format/numbers.ts';
import { toPhaseName, toTaskGroups } from '../../format/plans.ts';
import { Panel } from '../../parts/panel.tsx';
import { PlanState } from '../../parts/plan-status.tsx';

export function TasksPanel({ slug, feature: { tasks, phases } }: { slug: string; feature: FeatureDetail }) {
  if (tasks.length === 0) return null;
  return (
    <Panel title="Tasks" aside={<span className="muted small figure">{toPlural(tasks.length, 'task')}</span>}>
      {toTaskGroups(tasks, phases).map(({ key, phase, title, tasks: ofPhase }) => (
        <PhaseTasks key={key} slug={slug} name={toPhaseName(phase)} title={title} tasks={ofPhase} />
      ))}
    </Panel>
  );
}

const isOver = ({ status }: PlanTask): boolean => status === 'done' || status === 'deferred';

interface PhaseTasksProps {
  readonly slug: string;
  readonly name: string;
  readonly title: string;
  readonly tasks: readonly PlanTask[];
}

function PhaseTasks({ slug, name, title, tasks }: PhaseTasksProps) {
  const over = tasks.filter(isOver).length;
  return (
    <details className="fold" open={over < tasks.length}>
      <summary>
        <span className="strong">{name}</span> {title}{' '}
        <span className="muted small figure">
          {toCount(over)} of {toCount(tasks.length)} over
        </span>
      </summary>
      <ul className="plan-tasks">
        {tasks.map((task) => (
          <Task key={task.id} slug={slug} task={task} />
        ))}
      </ul>
    </details>
  );
}

function Task({ slug, task }: { slug: string; task: PlanTask }) {
  const facts = [
    task.priority,
    task.effort,
    task.storyPoints !== null && toPlural(task.storyPoints, 'point'),
    task.assignedTo.length > 0 && `for ${task.assignedTo.join(', ')}`,
    task.model,
    task.dependencies.length > 0 && `after ${task.dependencies.join(', ')}`,
  ].filter((fact): fact is string => typeof fact === 'string' && fact !== '');
  return (
    <li className="plan-task">
      <span title={task.rawStatus ?? undefined}>
        <PlanState status={task.status} />
      </span>
      <span className="plan-task-text">
        <span className="mono small muted">{task.rawId}</span> {task.title}
        {task.description !== null && task.description !== task.title && (
          <span className="block muted small">{task.description}</span>
        )}
        {facts.length > 0 && <span className="block muted small">{facts.join(' · ')}</span>}
        {task.sessionIds.length > 0 && (
          <span className="block small">
            {task.sessionIds.map((id) => (
              <Link key={id} to={toSessionPath(slug, id)} className="mono wrap task-session">
                {id}
              </Link>
            ))}
          </span>
        )}
      </span>
    </li>
  );
}
