/** The text of a document, rendered and sanitised, or as it stands in the file. */
import DOMPurify from 'dompurify';
import { useMemo } from 'react';
import type { MouseEvent } from 'react';
import { useNavigate } from 'react-router';
import type { DocumentDetail, ResolvedIds } from '../../../../shared/views/document.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { createLinkResolver, idsToResolve } from '../../markdown/references.ts';
import { renderMarkdown } from '../../markdown/render-markdown.ts';
import { shownValue, useView } from '../../use-view.ts';
import { resolvedIdsView } from '../../views/documents.ts';

interface DocumentBodyProps {
  readonly slug: string;
  readonly document: DocumentDetail;
  readonly isRaw: boolean;
}

export function DocumentBody({ slug, document, isRaw }: DocumentBodyProps) {
  const ids = useMemo(() => idsToResolve(document.content), [document.content]);
  if (isRaw) {
    return (
      <pre className="panel raw" data-testid="document-body">
        {document.raw ?? document.content}
      </pre>
    );
  }
  if (ids.length === 0) return <Rendered slug={slug} document={document} resolved={unresolved} />;
  return <Resolved slug={slug} document={document} ids={ids} />;
}

const unresolved: ResolvedIds = {};

type PartProps = Omit<DocumentBodyProps, 'isRaw'>;

/** Readable at once; its ids become links when the server has said whose they are. */
function Resolved({ slug, document, ids }: PartProps & { ids: readonly string[] }) {
  const { caller } = useDashboard();
  const resolved = shownValue(useView(resolvedIdsView(caller, slug, ids)).state) ?? unresolved;
  return <Rendered slug={slug} document={document} resolved={resolved} />;
}

function Rendered({ slug, document, resolved }: PartProps & { resolved: ResolvedIds }) {
  const navigate = useNavigate();
  const { content, file_path: path } = document;
  const html = useMemo(
    () => sanitise(renderMarkdown(content, createLinkResolver(slug, path, resolved))),
    [slug, path, content, resolved],
  );

  const follow = (event: MouseEvent<HTMLElement>) => {
    const href = internalHref(event);
    if (href === null) return;
    event.preventDefault();
    void navigate(href);
  };
  if (content.trim() === '') {
    return (
      <article className="panel prose" data-testid="document-body">
        <p className="muted">This file has no text.</p>
      </article>
    );
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events -- its links are what is clicked
    <article
      className="panel prose"
      data-testid="document-body"
      onClick={follow}
      // oxlint-disable-next-line react/no-danger -- sanitised above
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

/** No style attributes: the content security policy would refuse them with a message for each. */
const sanitise = (html: string): string =>
  DOMPurify.sanitize(html, {
    FORBID_ATTR: ['style'],
    FORBID_TAGS: ['style', 'form', 'input'],
    ADD_ATTR: ['target'],
  });

/** A plain click on a link to a page of the dashboard; everything else is the browser's. */
function internalHref(event: MouseEvent<HTMLElement>): string | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const anchor = event.target instanceof Element ? event.target.closest('a') : null;
  const href = anchor?.getAttribute('href') ?? null;
  return href?.startsWith('/') === true && anchor?.target !== '_blank' ? href : null;
}
