/** What is kept of one project, one link each. */
import { NavLink } from 'react-router';
import {
  toDocumentsPath,
  toFeaturesPath,
  toLinksPath,
  toSessionsPath,
  toTreePath,
} from '../address/paths.ts';

const pages = [
  { name: 'Documents', toPath: toDocumentsPath },
  { name: 'Tree', toPath: toTreePath },
  { name: 'Features', toPath: toFeaturesPath },
  { name: 'Sessions', toPath: toSessionsPath, toTreePath },
  { name: 'Links', toPath: toLinksPath },
] as const;

export function ProjectNav({ slug }: { slug: string }) {
  return (
    <nav className="project-nav" aria-label="Of this project">
      {pages.map(({ name, toPath }) => (
        <NavLink key={name} to={toPath(slug)} className="project-nav-link">
          {name}
        </NavLink>
      ))}
    </nav>
  );
}
