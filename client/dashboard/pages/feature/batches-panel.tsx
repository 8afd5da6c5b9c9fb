/** Tasks that may be done at the same time, and which of these batches can begin; what is done is folded away. */
import type { BatchState, FeatureDetail, TaskBatch } from '../../../../shared/views/plan.ts';
import { toWords } from '../../format/labels.ts';
import { toPlural } from '../../format/numbers.ts';
import { batchTones, toPhaseName } from '../../format/plans.ts';
import { Panel } from '../../parts/panel.tsx';

const meanings: Readonly<Record<BatchState, string>> = {
  blocked: 'A task of it is blocked',
  waiting: 'A batch before it is open',
  ready: 'It can begin',
  done: 'All its tasks are over',
};

export function BatchesPanel({ feature: { batches } }: { feature: FeatureDetail }) {
  if (batches.length === 0) return null;
  const open = batches.filter(({ state }) => state !== 'done');
  const done = batches.filter(({ state }) => state === 'done');
  return (
    <Panel title="Batches">
      <Batches batches={open} />
      {done.length > 0 && (
        <details className="fold">
          <summary>{toPlural(done.length, 'batch', 'batches')} done</summary>
          <Batches batches={done} />
        </details>
      )}
    </Panel>
  );
}

function Batches({ batches }: { batches: readonly TaskBatch[] }) {
  return (
    <ul>
      {batches.map(({ phase, batch, state, tasks, sourcePath }) => (
        <li key={`${sourcePath} ${phase} ${batch}`} className="plan-task">
          <span className={`chip chip-${batchTones[state]}`} title={meanings[state]}>
            {toWords(state)}
          </span>
          <span className="plan-task-text">
            <span title={sourcePath}>
              {toPhaseName(phase)}, {toWords(batch).toLowerCase()}
            </span>
            <span className="block mono small muted">{tasks.join(' ')}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
