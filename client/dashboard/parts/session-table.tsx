/** Sessions as rows: what they were about, what they cost, when they were last active; arrows walk. */
import { Link } from 'react-router';
import type { SessionItem } from '../../../shared/views/session.ts';
import { toSessionPath } from '../address/paths.ts';
import { toCount, toPlural } from '../format/numbers.ts';
import { toCost, toTokens } from '../format/usage.ts';
import { SessionState } from './session-state.tsx';
import { Age } from './time.tsx';
import { walkRows } from './walk-rows.ts';

interface SessionTableProps {
  readonly slug: string;
  readonly sessions: readonly SessionItem[];
}

export function SessionTable({ slug, sessions }: SessionTableProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between its links
    <table className="table list-table" onKeyDown={walkRows}>
      <thead>
        <tr>
          <th scope="col">Session</th>
          <th scope="col">State</th>
          <th scope="col">Model</th>
          <th scope="col" className="align-right">
            Tokens
          </th>
          <th scope="col" className="align-right">
            Cost
          </th>
          <th scope="col" className="align-right">
            Tool calls
          </th>
          <th scope="col">Last active</th>
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <SessionRow key={session.id} slug={slug} session={session} />
        ))}
      </tbody>
    </table>
  );
}

function SessionRow({ slug, session }: { slug: string; session: SessionItem }) {
  const { id, title, status, models, totalTokens, toolCalls, failedToolCalls, activeAt } = session;
  return (
    <tr data-testid={`session-${id}`}>
      <th scope="row" className="list-cell">
        <Link to={toSessionPath(slug, id)} className="row-link wrap" data-row>
          {title}
        </Link>
        <span className="document-line muted small">
          <span>{toKind(session)}</span>
          {session.branch !== null && <span className="document-path mono">{session.branch}</span>}
        </span>
      </th>
      <td>
        <SessionState status={status} />
      </td>
      <td className="small wrap">{models.join(', ')}</td>
      <td className="align-right figure" title={`${toCount(totalTokens)} tokens`}>
        {toTokens(totalTokens)}
        <span className="cell-name"> tokens</span>
      </td>
      <td className="align-right figure">
        <span className="cell-name">Cost </span>
        {toCost(session)}
      </td>
      <td className="align-right figure">
        {toCount(toolCalls)}
        <span className="cell-name"> tool calls</span>
        {failedToolCalls > 0 && <span className="block muted small">{toCount(failedToolCalls)} failed</span>}
      </td>
      <td className="muted small no-wrap">
        <Age at={activeAt} />
      </td>
    </tr>
  );
}

const agentNames: Readonly<Record<SessionItem['agent'], string>> = { claude: 'Claude', codex: 'Codex' };

/** `Claude · 3 subagents`, `Claude compaction`. */
function toKind({ agent, role, subagents }: SessionItem): string {
  const kind = role === 'main' ? agentNames[agent] : `${agentNames[agent]} ${role}`;
  return subagents === 0 ? kind : `${kind} · ${toPlural(subagents, 'subagent')}`;
}
