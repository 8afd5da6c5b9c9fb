/** The features a session is linked to, and how sure that is; each number leads to its explanation. */
import { Link } from 'react-router';
import type { Link as LinkView } from '../../../../shared/views/link.ts';
import { toFeaturePath, toLinksPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toConfidence } from '../../format/links.ts';
import { toPlural } from '../../format/numbers.ts';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { sessionLinksView } from '../../views/sessions.ts';

const featuresAtOnce = 10;

export function LinkedFeatures({ slug, id }: { slug: string; id: string }) {
  const { caller } = useDashboard();
  const view = useView(sessionLinksView(caller, slug, id));
  return (
    <Panel title="Features">
      <ViewBoundary view={view} noun="list of links" skeleton={<Skeleton rows={2} />}>
        {({ items }) => <Features slug={slug} links={items.filter(isOfFeature)} />}
      </ViewBoundary>
    </Panel>
  );
}

const isOfFeature = ({ sourceType }: LinkView): boolean => sourceType === 'feature';

function Features({ slug, links }: { slug: string; links: readonly LinkView[] }) {
  if (links.length === 0) return <p className="muted">It is linked to none.</p>;
  const rest = links.slice(featuresAtOnce);
  const toLine = (link: LinkView) => <FeatureLine key={link.id} slug={slug} link={link} />;
  return (
    <>
      <ul className="evidence">{links.slice(0, featuresAtOnce).map(toLine)}</ul>
      {rest.length > 0 && (
        <details className="fold small">
          <summary>{toPlural(rest.length, 'more feature')}</summary>
          <ul className="evidence">{rest.map(toLine)}</ul>
        </details>
      )}
    </>
  );
}

function FeatureLine({ slug, link }: { slug: string; link: LinkView }) {
  const { id, sourceId, confidence } = link;
  return (
    <li className="row-between">
      <Link to={toFeaturePath(slug, sourceId)} className="wrap">
        {sourceId}
      </Link>
      <Link
        to={`${toLinksPath(slug)}?${new URLSearchParams({ link: id }).toString()}`}
        className="figure small"
        title="Why this link stands"
      >
        {toConfidence(confidence)}
        <span className="visually-hidden"> confidence, explained</span>
      </Link>
    </li>
  );
}
