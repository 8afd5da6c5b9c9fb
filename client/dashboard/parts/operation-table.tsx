/** Operations as rows: what, why, how far, how long. */
import { Link } from 'react-router';
import type { OperationRecord } from '../../../shared/operations.ts';
import { toOperationPath, toProjectPath } from '../address/paths.ts';
import { toKindName, toShortId, toWords } from '../format/labels.ts';
import { toPlural } from '../format/numbers.ts';
import { OperationProgress } from './operation-progress.tsx';
import { OperationState } from './status.tsx';
import { Age, OperationDuration } from './time.tsx';
import { walkRows } from './walk-rows.ts';

interface OperationTableProps {
  readonly operations: readonly OperationRecord[];
  readonly hasProject?: boolean;
}

export function OperationTable({ operations, hasProject = true }: OperationTableProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between its links
    <ul className="operation-rows" onKeyDown={walkRows}>
      {operations.map((operation) => (
        <OperationRow key={operation.id} operation={operation} hasProject={hasProject} />
      ))}
    </ul>
  );
}

function OperationRow({ operation, hasProject }: { operation: OperationRecord; hasProject: boolean }) {
  const { id, kind, status, projectSlug: slug, trigger } = operation;
  return (
    <li className={`operation-row operation-${status}`} data-testid={`operation-${id}`}>
      <span className="operation-cell-state">
        <OperationState status={status} />
      </span>
      <span className="operation-cell-name">
        <Link to={toOperationPath(id)} className="row-link" data-row>
          {toKindName(kind)}
        </Link>
        <span className="muted small">
          {trigger} · <span className="mono">{toShortId(id)}</span>
        </span>
      </span>
      {hasProject && (
        <span className="operation-cell-project">
          {slug !== null && <Link to={toProjectPath(slug)}>{slug}</Link>}
        </span>
      )}
      <span className="operation-cell-progress small">
        <Outcome operation={operation} />
      </span>
      <span className="operation-cell-duration">
        <OperationDuration operation={operation} />
      </span>
      <span className="operation-cell-when muted small">
        <Age at={operation.queuedAt} />
      </span>
    </li>
  );
}

function Outcome({ operation }: { operation: OperationRecord }) {
  if (operation.status === 'running' || operation.status === 'queued') {
    return <OperationProgress operation={operation} isSlim />;
  }
  if (operation.error !== null) {
    return (
      <span className={operation.status === 'failed' ? 'bad' : 'muted'}>
        {operation.error}
        {operation.status === 'failed' && ` (in ${toWords(operation.phase).toLowerCase()})`}
      </span>
    );
  }
  return <span className="muted">{toChanges(operation)}</span>;
}

/** What the rows of the index went through, in one phrase. */
function toChanges({ counters, issues }: OperationRecord): string {
  const { documentsSynced = 0, documentsRemoved = 0, filesSeen } = counters;
  const changes = [
    documentsSynced > 0 && `${toPlural(documentsSynced, 'document')} written`,
    documentsRemoved > 0 && `${toPlural(documentsRemoved, 'document')} removed`,
    documentsSynced + documentsRemoved === 0 && 'no changes',
    filesSeen !== undefined && `${toPlural(filesSeen, 'file')} seen`,
    issues > 0 && toPlural(issues, 'issue'),
  ];
  return changes.filter((change) => change !== false).join(' · ');
}
