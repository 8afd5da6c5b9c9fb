/** What a session used, model by model, and what that cost at least. */
import type { SessionDetail, UsageTotal } from '../../../../shared/views/session.ts';
import { toCount } from '../../format/numbers.ts';
import { toCost, toDollars } from '../../format/usage.ts';
import { Panel } from '../../parts/panel.tsx';

export function UsagePanel({ session }: { session: SessionDetail }) {
  const { usage, subagents, reportedCost, costComplete } = session;
  return (
    <Panel title="Usage" aside={<span className="strong figure">{toCost(session)}</span>}>
      {usage.length === 0 ? (
        <p className="muted">The log names no tokens.</p>
      ) : (
        <div className="table-scroll">
          <table className="table table-compact usage-table">
            <thead>
              <tr>
                <th scope="col">Model</th>
                {columns.map(({ name }) => (
                  <th key={name} scope="col" className="align-right">
                    {name}
                  </th>
                ))}
                <th scope="col" className="align-right">
                  Cost
                </th>
              </tr>
            </thead>
            <tbody>
              {usage.map((ofModel) => (
                <UsageRow key={ofModel.model} name={ofModel.model ?? 'unknown model'} total={ofModel} />
              ))}
              {subagents > 0 && <UsageRow name="With subagents" total={session} />}
            </tbody>
          </table>
        </div>
      )}
      <p className="muted small usage-note">
        {!costComplete && 'Some of it has no known price, so the cost is a lower bound. '}
        {reportedCost !== null && `The log itself reports ${toDollars(reportedCost)}.`}
      </p>
    </Panel>
  );
}

interface Column {
  readonly name: string;
  readonly countOf: (total: UsageTotal) => number;
}

const columns: readonly Column[] = [
  { name: 'Messages', countOf: ({ messages }) => messages },
  { name: 'Input', countOf: ({ inputTokens }) => inputTokens },
  { name: 'Output', countOf: ({ outputTokens }) => outputTokens },
  { name: 'Cache read', countOf: ({ cacheReadTokens }) => cacheReadTokens },
  {
    name: 'Cache write',
    countOf: ({ cacheWrite5mTokens, cacheWrite1hTokens }) => cacheWrite5mTokens + cacheWrite1hTokens,
  },
];

function UsageRow({ name, total }: { name: string; total: UsageTotal }) {
  return (
    <tr>
      <th scope="row" className="wrap">
        {name}
      </th>
      {columns.map((column) => (
        <td key={column.name} className="align-right figure">
          {toCount(column.countOf(total))}
        </td>
      ))}
      <td className="align-right figure">{toCost(total)}</td>
    </tr>
  );
}
