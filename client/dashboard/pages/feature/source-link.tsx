/** The path of a document of this feature, leading to it when it is one; in narrow places only its end. */
import { Link } from 'react-router';
import type { FeatureDocument } from '../../../../shared/views/plan.ts';
import { toDocumentPath } from '../../address/paths.ts';

interface SourceLinkProps {
  readonly slug: string;
  readonly path: string;
  readonly documents: readonly FeatureDocument[];
  readonly isShort?: boolean;
}

export function SourceLink({ slug, path, documents, isShort = false }: SourceLinkProps) {
  const label = isShort ? path.split('/').slice(-2).join('/') : path;
  const document = documents.find((candidate) => candidate.path === path);
  if (document === undefined) {
    return (
      <span className="mono small wrap" title={path}>
        {label}
      </span>
    );
  }
  const { type, docId } = document;
  return (
    <Link to={toDocumentPath(slug, { type, docId, path })} className="mono small wrap" title={path}>
      {label}
    </Link>
  );
}
