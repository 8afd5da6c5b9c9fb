/** The links of a project under audit: what looks wrong, what people said, and what leads nowhere. */
import { Link, useParams, useSearchParams } from 'react-router';
import { LinkTab, readLinkFilters, withoutLink, writeLinkFilters } from '../../address/link-filters.ts';
import type { LinkFilters } from '../../address/link-filters.ts';
import { toProjectPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { shownValue, useView } from '../../use-view.ts';
import { projectView } from '../../views/projects.ts';
import { ExplanationPanel } from './explanation-panel.tsx';
import { ReviewNote } from './review-buttons.tsx';
import { Reviews } from './reviews.tsx';
import { Suspects } from './suspects.tsx';
import { Unresolved } from './unresolved.tsx';
import { useReviewing } from './use-reviewing.ts';

export function LinksPage() {
  const { slug = '' } = useParams();
  return <LinksOf key={slug} slug={slug} />;
}

function LinksOf({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const [query, setQuery] = useSearchParams();
  const filters = readLinkFilters(query);
  const name = shownValue(useView(projectView(caller, slug)).state)?.name ?? slug;
  // From where the address is by then, not from where it was when the button was pressed.
  const closeExplanation = () => setQuery((now) => writeLinkFilters(withoutLink(readLinkFilters(now))));
  const reviewing = useReviewing(slug, closeExplanation);
  const change = (next: LinkFilters) => setQuery(writeLinkFilters(next), { preventScrollReset: true });
  const shown = { slug, filters, change, reviewing };
  return (
    <>
      <PageHeader
        title="Links"
        crumbs={[
          { label: 'Projects', to: '/' },
          { label: name, to: toProjectPath(slug) },
        ]}
      />
      <Tabs filters={filters} />
      <ReviewNote reviewing={reviewing} />
      <div className={filters.link === '' ? '' : 'columns columns-links'}>
        <div className="column-main">
          {filters.tab === 'suspects' && <Suspects {...shown} />}
          {filters.tab === 'reviews' && <Reviews slug={slug} cursor={filters.cursor} reviewing={reviewing} />}
          {filters.tab === 'unresolved' && <Unresolved slug={slug} cursor={filters.cursor} />}
        </div>
        {filters.link !== '' && (
          <ExplanationPanel
            key={filters.link}
            slug={slug}
            linkId={filters.link}
            reviewing={reviewing}
            close={() => change(withoutLink(filters))}
          />
        )}
      </div>
    </>
  );
}

const tabNames: Readonly<Record<LinkTab, string>> = {
  suspects: 'Suspects',
  reviews: 'Reviews',
  unresolved: 'Unresolved references',
};

/** Floors and filters stay when one looks at another tab and comes back. */
function Tabs({ filters }: { filters: LinkFilters }) {
  return (
    <nav className="tabs" aria-label="Parts of the audit">
      {LinkTab.options.map((tab) => {
        const to = writeLinkFilters({ ...filters, tab, offset: 0, cursor: '', link: '' });
        return (
          <Link
            key={tab}
            to={`?${to.toString()}`}
            className="tab"
            aria-current={filters.tab === tab ? 'page' : undefined}
          >
            {tabNames[tab]}
          </Link>
        );
      })}
    </nav>
  );
}
