/** How far the operation of a push is, by its own account. */
import { useDashboard } from '../../dashboard-context.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { operationView } from '../../views/operations.ts';

export function PushOperation({ operationId }: { operationId: string }) {
  const { caller } = useDashboard();
  const view = useView(operationView(caller, operationId));
  return (
    <Panel title="Progress">
      <ViewBoundary view={view} noun="progress">
        {(operation) => (
          <>
            <OperationProgress operation={operation} />
            <p className="muted small">{operation.message}</p>
          </>
        )}
      </ViewBoundary>
    </Panel>
  );
}
