/** Who asked for an operation, when, and with which options. */
import { Link } from 'react-router';
import type { OperationRecord } from '../../../../shared/operations.ts';
import { toOperationPath } from '../../address/paths.ts';
import { toShortId, toWords } from '../../format/labels.ts';
import { toDateTime } from '../../format/time.ts';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';

export function OperationFacts({ operation }: { operation: OperationRecord }) {
  const { actor, retryOf, startedAt, finishedAt, cancelRequestedAt } = operation;
  return (
    <>
      <Panel title="Operation">
        <Facts
          facts={[
            { name: 'Id', value: <code className="id">{operation.id}</code> },
            { name: 'Trigger', value: operation.trigger },
            { name: 'Actor', value: `${actor.name} (${actor.kind})` },
            { name: 'Attempt', value: operation.attempt },
            {
              name: 'Retry of',
              value: retryOf && <Link to={toOperationPath(retryOf)}>{toShortId(retryOf)}</Link>,
            },
            { name: 'Queued', value: toDateTime(operation.queuedAt) },
            { name: 'Started', value: startedAt && toDateTime(startedAt) },
            { name: 'Cancel asked', value: cancelRequestedAt && toDateTime(cancelRequestedAt) },
            { name: 'Finished', value: finishedAt && toDateTime(finishedAt) },
          ]}
        />
      </Panel>
      <Panel title="Metadata">
        <Facts facts={Object.entries(operation.metadata).map(([name, value]) => toFact(name, value))} />
      </Panel>
    </>
  );
}

const toFact = (name: string, value: unknown) => ({ name: toWords(name), value: toValue(value) });

/** Lists of one value a line, everything else as short as it can be said. */
function toValue(value: unknown) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' || typeof value === 'string') return <code>{value}</code>;
  if (!Array.isArray(value)) return <code>{JSON.stringify(value)}</code>;
  return value.length === 0 ? 'none' : value.map((entry, index) => <Entry key={index} entry={entry} />);
}

function Entry({ entry }: { entry: unknown }) {
  return <code className="path-line">{typeof entry === 'string' ? entry : toLine(entry)}</code>;
}

const toLine = (entry: unknown): string =>
  typeof entry === 'object' && entry !== null ? Object.values(entry).join(': ') : JSON.stringify(entry);
