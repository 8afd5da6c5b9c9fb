/** References in documents that lead nowhere, document by document. */
import type { UnresolvedReference } from '../../../../shared/views/link.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { groupBy } from '../../format/group.ts';
import { unresolvedTexts } from '../../format/links.ts';
import { toPlural } from '../../format/numbers.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useSettled } from '../../use-settled.ts';
import { useView } from '../../use-view.ts';
import { unresolvedView } from '../../views/links.ts';

export function Unresolved({ slug, cursor }: { slug: string; cursor: string }) {
  const { caller } = useDashboard();
  const view = useSettled(useView(unresolvedView(caller, slug, cursor)));
  return (
    <ViewBoundary view={view} noun="project">
      {({ items, nextCursor }) => (
        <div className={view.isTurning ? 'turning' : ''} aria-busy={view.isTurning}>
          {items.length === 0 ? (
            <Empty title="Every reference leads somewhere" />
          ) : (
            <ul className="suspects panel">
              {groupBy(items, ({ documentPath }) => documentPath).map(([path, references]) => (
                <OfDocument key={path} path={path} references={references} />
              ))}
            </ul>
          )}
          <CursorPager name="cursor" cursor={cursor} nextCursor={nextCursor} />
        </div>
      )}
    </ViewBoundary>
  );
}

interface OfDocumentProps {
  readonly path: string;
  readonly references: readonly UnresolvedReference[];
}

function OfDocument({ path, references }: OfDocumentProps) {
  return (
    <li className="suspect">
      <p className="mono small wrap strong">{path}</p>
      <ul className="unresolved">
        {references.map(({ key, value, reason, candidates }, index) => (
          <li key={index}>
            <span className="muted small">{key}</span> <code>{value}</code>
            <span className="small muted"> {unresolvedTexts[reason]}</span>
            {candidates.length > 0 && (
              <details className="fold small">
                <summary>{toPlural(candidates.length, 'candidate')}</summary>
                <ul className="path-list mono small">
                  {candidates.map((candidate) => (
                    <li key={candidate}>{candidate}</li>
                  ))}
                </ul>
              </details>
            )}
          </li>
        ))}
      </ul>
    </li>
  );
}
