/** This run beside the completed one before it: what became slower, what changed. */
import { Link } from 'react-router';
import type { Comparison } from '../../../../shared/api/operations.ts';
import { toOperationPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toShortId, toWords } from '../../format/labels.ts';
import { toCount, toDelta } from '../../format/numbers.ts';
import { toDuration } from '../../format/time.ts';
import { Panel } from '../../parts/panel.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { comparisonView } from '../../views/operations.ts';

export function ComparisonPanel({ id }: { id: string }) {
  const { caller } = useDashboard();
  const view = useView(comparisonView(caller, id));
  return (
    <Panel title="Compared with the run before">
      <ViewBoundary view={view} noun="comparison">
        {(comparison) =>
          comparison.baseline === null ? (
            <p className="muted">No earlier run of this kind has completed.</p>
          ) : (
            <Compared comparison={comparison} baseline={comparison.baseline} />
          )
        }
      </ViewBoundary>
    </Panel>
  );
}

function Compared({ comparison, baseline }: { comparison: Comparison; baseline: string }) {
  const { durationMs, phases, counters, changes } = comparison;
  const moved = counters.filter(({ delta }) => delta !== null && delta !== 0);
  return (
    <>
      <p>
        <span className="figure strong">{toDuration(durationMs.value)}</span>
        {durationMs.baseline !== null && (
          <>
            {' against '}
            <span className="figure">{toDuration(durationMs.baseline)}</span> in{' '}
            <Link to={toOperationPath(baseline)}>{toShortId(baseline)}</Link>
            {durationMs.ratio !== null && <span className="muted"> ({toRatio(durationMs.ratio)})</span>}
          </>
        )}
      </p>
      <div className="table-scroll">
        <table className="table table-compact">
          <thead>
            <tr>
              <th scope="col">Phase</th>
              <th scope="col" className="align-right">
                This run
              </th>
              <th scope="col" className="align-right">
                Before
              </th>
              <th scope="col" className="align-right">
                Difference
              </th>
            </tr>
          </thead>
          <tbody>
            {phases.map((phase) => (
              <tr key={phase.name}>
                <th scope="row">{toWords(phase.name)}</th>
                <td className="figure align-right">{toDuration(phase.durationMs)}</td>
                <td className="figure align-right muted">
                  {phase.baselineMs === null ? '—' : toDuration(phase.baselineMs)}
                </td>
                <td className="figure align-right">
                  {phase.deltaMs === null ? '—' : toSigned(phase.deltaMs)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {moved.length > 0 && (
        <p className="small muted">
          {moved
            .map(({ name, value, delta }) => `${toWords(name)} ${toCount(value)} (${toDelta(delta ?? 0)})`)
            .join(' · ')}
        </p>
      )}
      <Changes changes={changes.documents} />
    </>
  );
}

const toRatio = (ratio: number): string => `${ratio.toFixed(2)} times as long`;
const toSigned = (ms: number): string =>
  ms === 0 ? '±0' : `${ms > 0 ? '+' : '−'}${toDuration(Math.abs(ms))}`;

function Changes({ changes }: { changes: Comparison['changes']['documents'] }) {
  const lists = (['added', 'updated', 'removed'] as const).filter((name) => changes[name].length > 0);
  return lists.map((name) => (
    <details key={name} className="fold">
      <summary>
        {toCount(changes[name].length)} {name}
      </summary>
      <ul className="path-list mono small">
        {changes[name].map((path) => (
          <li key={path}>{path}</li>
        ))}
      </ul>
    </details>
  ));
}
