/** Says aloud, to those who hear the page, what changes by itself: the connection, and how operations end. */
import type { OperationRecord } from '../../../shared/operations.ts';
import { useDashboard } from '../dashboard-context.tsx';
import { connectionNames } from '../format/connection.ts';
import { operationStatusNames, toKindName } from '../format/labels.ts';
import { shownValue, useView } from '../use-view.ts';
import { useConnection } from '../use-connection.ts';
import { activeOperationsView } from '../views/operations.ts';

export function Announcer() {
  const { caller } = useDashboard();
  const { connection } = useConnection();
  const ended = shownValue(useView(activeOperationsView(caller)).state)?.lastEnded ?? null;
  return (
    <div className="visually-hidden">
      <p aria-live="polite">Connection: {connectionNames[connection.state]}</p>
      <p aria-live="polite">{ended !== null && isWorthSaying(ended) && toSentence(ended)}</p>
    </div>
  );
}

/** Every saved file ends an operation; only its failure is news. */
const isWorthSaying = ({ kind, status }: OperationRecord): boolean =>
  kind !== 'sync_changed_files' || status === 'failed';

const toSentence = ({ kind, projectSlug, status }: OperationRecord): string =>
  `${toKindName(kind)}${projectSlug === null ? '' : ` of ${projectSlug}`}: ${operationStatusNames[status]}`;
