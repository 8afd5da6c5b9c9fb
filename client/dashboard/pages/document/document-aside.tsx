/** What a document says about itself, where its dates come from, its twins, and what is wrong with it. */
import { Link } from 'react-router';
import type { DerivedDate, DocumentDetail } from '../../../../shared/views/document.ts';
import { toDocumentPath } from '../../address/paths.ts';
import { toWords } from '../../format/labels.ts';
import { toBytes } from '../../format/numbers.ts';
import { toDate, toDateTime } from '../../format/time.ts';
import { Facts } from '../../parts/facts.tsx';
import { IssueList } from '../../parts/issue-list.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Age } from '../../parts/time.tsx';

interface DocumentAsideProps {
  readonly slug: string;
  readonly document: DocumentDetail;
}

export function DocumentAside({ slug, document }: DocumentAsideProps) {
  return (
    <>
      {document.duplicates.length > 0 && <OtherFiles slug={slug} document={document} />}
      {document.issues.length > 0 && (
        <Panel title="Issues">
          <IssueList issues={document.issues} />
        </Panel>
      )}
      <Panel title="Metadata">
        <Metadata document={document} />
      </Panel>
      <Panel title="Dates">
        <Dates document={document} />
      </Panel>
      <Panel title="File">
        <Facts
          facts={[
            { name: 'Path', value: <code>{document.file_path}</code> },
            { name: 'Size', value: toBytes(document.size_bytes) },
            {
              name: 'SHA-256',
              value: <code title={document.file_hash}>{document.file_hash.slice(0, 12)}</code>,
            },
            { name: 'Indexed', value: <Age at={document.synced_at} /> },
          ]}
        />
      </Panel>
    </>
  );
}

/** DC14: other files of the same type and name, each one click away. */
function OtherFiles({
  slug,
  document: { type, doc_id: docId, file_path: path, duplicates },
}: DocumentAsideProps) {
  return (
    <Panel title="Files with this name" aside={<span className="tag tag-warn">duplicate</span>}>
      <ul className="path-list mono small">
        {[path, ...duplicates].toSorted().map((file) => (
          <li key={file}>
            {file === path ? (
              <strong aria-current="page">{file}</strong>
            ) : (
              <Link to={toDocumentPath(slug, { type, docId, path: file })}>{file}</Link>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Metadata({ document }: { document: DocumentDetail }) {
  const own = [
    { name: 'Id', value: document.ref_id && <code>{document.ref_id}</code> },
    { name: 'Aliases', value: document.aliases.join(', ') },
    { name: 'Owner', value: document.owner },
    { name: 'Priority', value: document.priority },
    { name: 'Story points', value: document.story_points },
    { name: 'Epic', value: document.epic },
    { name: 'Story', value: document.story },
    { name: 'Depends on', value: document.depends_on.join(', ') },
  ];
  const others = Object.entries(document.metadata_values).map(([key, values]) => ({
    name: toWords(key),
    value: values.join(', '),
  }));
  const facts = [...own, ...others].filter(({ value }) => value !== null && value !== '');
  return facts.length === 0 ? <p className="muted">None in the file.</p> : <Facts facts={facts} />;
}

function Dates({ document: { dates, file_date: fileDate } }: { document: DocumentDetail }) {
  const named = [
    { name: 'Created', date: dates.created },
    { name: 'Updated', date: dates.updated },
    { name: 'Completed', date: dates.completed },
    { name: 'Last activity', date: dates.last_activity },
  ];
  return (
    <Facts
      facts={[
        ...named.map(({ name, date }) => ({ name, value: date && <Dated date={date} /> })),
        { name: 'File', value: fileDate && <Age at={fileDate} /> },
      ]}
    />
  );
}

function Dated({ date: { value, precision, source, confidence, reason } }: { date: DerivedDate }) {
  return (
    <span title={reason}>
      {precision === 'day' ? toDate(value, 'UTC') : toDateTime(value)}
      <span className="muted small block">
        from {toWords(source).toLowerCase()}, {confidence} confidence
      </span>
    </span>
  );
}
