/** Features as rows; arrows walk. */
import { Link } from 'react-router';
import type { FeatureItem } from '../../../../shared/views/plan.ts';
import { toFeaturePath } from '../../address/paths.ts';
import { toTaskShare, toTaskText } from '../../format/plans.ts';
import { DerivedDateText } from '../../parts/derived-date.tsx';
import { ConflictMark, PlanState, ReadinessMark } from '../../parts/plan-status.tsx';
import { ProgressBar } from '../../parts/progress-bar.tsx';
import { walkRows } from '../../parts/walk-rows.ts';

interface FeatureTableProps {
  readonly slug: string;
  readonly features: readonly FeatureItem[];
}

export function FeatureTable({ slug, features }: FeatureTableProps) {
  return (
    <div className="table-scroll panel">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between its links */}
      <table className="table list-table" onKeyDown={walkRows}>
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col">Status</th>
            <th scope="col">Readiness</th>
            <th scope="col">Tasks</th>
            <th scope="col">Started</th>
            <th scope="col">Completed</th>
            <th scope="col">Last activity</th>
          </tr>
        </thead>
        <tbody>
          {features.map((feature) => (
            <FeatureRow key={feature.id} slug={slug} feature={feature} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FeatureRow({ slug, feature }: { slug: string; feature: FeatureItem }) {
  const { id, name, status, readiness, conflict, conflictPhases, category } = feature;
  return (
    <tr data-testid={`feature-${id}`}>
      <th scope="row" className="list-cell">
        <Link to={toFeaturePath(slug, id)} className="row-link" data-row>
          {name}
        </Link>
        <span className="document-line muted small">
          <span className="document-path mono" title={id}>
            {id}
          </span>
          {category !== null && <span className="no-wrap">{category}</span>}
        </span>
      </th>
      <td>
        <span className="row row-tight">
          <PlanState status={status} />
          {conflict && <ConflictMark phases={conflictPhases} />}
        </span>
      </td>
      <td>
        <ReadinessMark readiness={readiness} />
      </td>
      <td className="list-progress">
        <TaskProgress feature={feature} />
      </td>
      <DateCell name="Started" date={feature.startedAt} />
      <DateCell name="Completed" date={feature.completedAt} />
      <DateCell name="Last activity" date={feature.lastActivityAt} />
    </tr>
  );
}

function TaskProgress({ feature }: { feature: FeatureItem }) {
  const share = toTaskShare(feature);
  const text = toTaskText(feature);
  return (
    <>
      <span className="small figure muted">{text}</span>
      {share !== undefined && (
        <ProgressBar label={text} share={share} tone={share === 1 ? 'good' : 'busy'} isSlim />
      )}
    </>
  );
}

/** Empty cells are left out on a narrow screen, where the head that names them is not seen. */
function DateCell({ name, date }: { name: string; date: FeatureItem['startedAt'] }) {
  return (
    <td className="small muted no-wrap">
      {date !== null && (
        <>
          <span className="cell-name">{name} </span>
          <DerivedDateText date={date} isShort />
        </>
      )}
    </td>
  );
}
