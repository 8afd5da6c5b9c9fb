/** Issues by file: what is wrong, where in the file, since when. */
import type { IssueRecord } from '../../../shared/operations.ts';
import { groupBy } from '../format/group.ts';
import { toCount } from '../format/numbers.ts';
import { SeverityMark } from './status.tsx';
import { Age } from './time.tsx';

export function IssueList({ issues }: { issues: readonly IssueRecord[] }) {
  return (
    <ul className="issues">
      {groupBy(issues, ({ path }) => path).map(([path, ofFile]) => (
        <li key={path}>
          <p className="issue-path mono">{path}</p>
          <ul>
            {ofFile.map((issue) => (
              <IssueLine key={issue.id} issue={issue} />
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function IssueLine({ issue }: { issue: IssueRecord }) {
  const isResolved = issue.resolvedAt !== null;
  return (
    <li className={isResolved ? 'issue issue-resolved' : 'issue'}>
      <SeverityMark status={issue.severity} isShapeOnly />
      <span className="issue-message">
        {issue.message}
        <span className="muted small">
          {toPlace(issue)} <code>{issue.code}</code>
        </span>
      </span>
      <span className="muted small">
        {isResolved ? 'resolved ' : 'since '}
        <Age at={issue.resolvedAt ?? issue.firstSeenAt} />
      </span>
    </li>
  );
}

function toPlace({ line, column, offset }: IssueRecord): string {
  if (line !== null) return ` line ${line}${column === null ? '' : `, column ${column}`}`;
  return offset === null ? '' : ` byte ${toCount(offset)}`;
}
