/** The documents of a feature, with what an open one of a finished feature should say. */
import { Link } from 'react-router';
import type { FeatureDocument } from '../../../../shared/views/plan.ts';
import { toDocumentPath } from '../../address/paths.ts';
import { toWords } from '../../format/labels.ts';
import { toPlural } from '../../format/numbers.ts';
import { DocumentStatus } from '../../parts/document-status.tsx';
import { Panel } from '../../parts/panel.tsx';

interface FeatureDocumentsProps {
  readonly slug: string;
  readonly documents: readonly FeatureDocument[];
}

export function FeatureDocuments({ slug, documents }: FeatureDocumentsProps) {
  const aside = <span className="muted small figure">{toPlural(documents.length, 'document')}</span>;
  return (
    <Panel title="Documents" aside={aside}>
      <ul className="plan-documents">
        {documents.map(({ path, type, docId, title, status, suggestedStatus }) => (
          <li key={path}>
            <span className="plan-document-name">
              <Link to={toDocumentPath(slug, { type, docId, path })}>{title}</Link>
              <span className="block muted small wrap">
                {toWords(type)} · <span className="mono">{path}</span>
              </span>
            </span>
            <span className="row row-tight">
              <DocumentStatus status={status} />
              {suggestedStatus !== null && (
                <span
                  className="tag tag-warn"
                  title="The feature is done while this document is open; Syncline only shows it and never writes into your files"
                >
                  suggested: {toWords(suggestedStatus).toLowerCase()}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
