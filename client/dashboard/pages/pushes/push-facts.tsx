/** What was pushed where, when, and what it follows from. */
import { Link } from 'react-router';
import type { SyncRecord } from '../../../../shared/views/history.ts';
import { toOperationPath } from '../../address/paths.ts';
import { toShortId } from '../../format/labels.ts';
import { toDateTime } from '../../format/time.ts';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { toPushPath } from './push-paths.ts';

export function PushFacts({ record }: { record: SyncRecord }) {
  const { operation_id: operationId, retry_of: retryOf } = record;
  return (
    <Panel title="Push">
      <Facts
        facts={[
          { name: 'Id', value: <code className="id">{record.id}</code> },
          {
            name: 'Operation',
            value: operationId && <Link to={toOperationPath(operationId)}>{toShortId(operationId)}</Link>,
          },
          { name: 'Retry of', value: retryOf && <Link to={toPushPath(retryOf)}>{toShortId(retryOf)}</Link> },
          { name: 'Source', value: record.source_type },
          {
            name: 'Source connection',
            value: record.source_config_id && <code>{record.source_config_id}</code>,
          },
          { name: 'Connection', value: record.target_config_id && <code>{record.target_config_id}</code> },
          { name: 'Plan', value: record.plan_id && <code>{record.plan_id}</code> },
          { name: 'Overwrite', value: record.overwrite_mode ? 'yes' : null },
          { name: 'Accepted', value: toDateTime(record.created_at) },
          { name: 'Started', value: record.started_at && toDateTime(record.started_at) },
          { name: 'Ended', value: record.completed_at && toDateTime(record.completed_at) },
        ]}
      />
    </Panel>
  );
}
