/** The head of a page: where one is, what it shows, what can be done; it also names the browser tab. */
import { Fragment, useEffect } from 'react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

export interface Crumb {
  readonly label: string;
  readonly to: string;
}

interface PageHeaderProps {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly aside?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHeader({ title, crumbs = [], aside, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Syncline`;
  }, [title]);

  return (
    <header className="page-header">
      {crumbs.length > 0 && (
        <nav aria-label="Breadcrumbs" className="crumbs">
          {crumbs.map(({ label, to }, index) => (
            <Fragment key={to}>
              {index > 0 && <span aria-hidden="true">/</span>}
              <Link to={to}>{label}</Link>
            </Fragment>
          ))}
        </nav>
      )}
      <div className="page-title">
        <h1 tabIndex={-1}>{title}</h1>
        {aside}
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </div>
    </header>
  );
}
