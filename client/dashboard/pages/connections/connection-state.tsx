/** Whether a connection passed its last test, as a shape and a word. */
import type { Connection } from '../../../../shared/views/connection.ts';
import { Status } from '../../parts/status.tsx';

export function ConnectionState({ connection }: { connection: Connection }) {
  if (!connection.isTested) return <Status icon="queued" tone="idle" label="Not tested" />;
  if (connection.testPassed) return <Status icon="completed" tone="good" label="Works" />;
  return <Status icon="failed" tone="bad" label="Test failed" />;
}
