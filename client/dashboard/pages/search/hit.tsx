/** One hit: where it leads, what it is, and the passage that was found. */
import { Fragment } from 'react';
import { Link } from 'react-router';
import type { SearchHit } from '../../../../shared/views/search.ts';
import { toWords } from '../../format/labels.ts';
import { toHitPath } from '../../format/search.ts';
import { parseSnippet } from '../../format/snippet.ts';
import { DocumentStatus } from '../../parts/document-status.tsx';

export function Hit({ hit }: { hit: SearchHit }) {
  return (
    <li className="hit">
      <p className="hit-head">
        <Link to={toHitPath(hit)} className="row-link wrap" data-row>
          {hit.title}
        </Link>
        {hit.status !== null && <DocumentStatus status={hit.status} />}
      </p>
      <Snippet snippet={hit.snippet} />
      <p className="hit-place muted small">
        <span>{toWords(hit.type)}</span>
        <span>{hit.project_name}</span>
        {hit.file_path !== null && (
          <span className="document-path mono" title={hit.file_path}>
            {hit.file_path}
          </span>
        )}
      </p>
    </li>
  );
}

/** Text and marks, never markup (PG4). */
function Snippet({ snippet }: { snippet: string }) {
  return (
    <p className="hit-snippet">
      {parseSnippet(snippet).map(({ text, isMarked }, index) =>
        isMarked ? <mark key={index}>{text}</mark> : <Fragment key={index}>{text}</Fragment>,
      )}
    </p>
  );
}
