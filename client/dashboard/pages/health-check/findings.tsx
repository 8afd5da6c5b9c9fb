/** What was found, filtered by the address, each with its documents and a fix to copy. */
import { Link } from 'react-router';
import { HealthSeverity } from '../../../../shared/views/health-check.ts';
import type { AffectedDocument, HealthCheck, HealthFinding } from '../../../../shared/views/health-check.ts';
import { findingsPerStep, readHealthFilters, toHealthQuery } from '../../address/health-filters.ts';
import type { HealthFilters } from '../../address/health-filters.ts';
import { toDocumentPath } from '../../address/paths.ts';
import { copyText } from '../../copy-text.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toFixText, toRuleName } from '../../format/health.ts';
import { toWords } from '../../format/labels.ts';
import { toCount, toPlural } from '../../format/numbers.ts';
import { ActionNote } from '../../parts/action-note.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { SelectField } from '../../parts/select-field.tsx';
import { walkRows } from '../../parts/walk-rows.ts';
import { useAction } from '../../use-action.ts';
import { SeverityOfFinding } from './severity-mark.tsx';

interface FindingsProps {
  readonly check: HealthCheck;
  readonly filters: HealthFilters;
  readonly change: (filters: HealthFilters) => void;
}

export function Findings({ check, filters, change }: FindingsProps) {
  const { caller } = useDashboard();
  const { action, run } = useAction();
  const { project_slug: slug, findings, matching } = check;
  const isFiltered = filters.severity !== '' || filters.rule !== '';

  const copyOne = (finding: HealthFinding) =>
    run(async () => {
      await copyText(toFixText(finding));
      return 'The fix is copied.';
    });
  const copyAll = () =>
    run(async () => {
      const query = toHealthQuery(filters, { isWhole: true });
      const { value } = await caller('checkHealth', { params: { slug }, query });
      await copyText(value.findings.map(toFixText).join('\n'));
      return `${toPlural(value.findings.length, 'fix', 'fixes')} copied.`;
    });

  return (
    <section aria-label="Findings">
      <div className="toolbar">
        <Filters check={check} filters={filters} change={change} />
        <div className="row">
          <span className="muted figure">{toPlural(matching, 'finding')}</span>
          <button
            type="button"
            className="button"
            disabled={matching === 0 || action.state === 'pending'}
            onClick={() => void copyAll()}
          >
            <Icon name="copy" />
            {isFiltered ? 'Copy these fixes' : 'Copy all fixes'}
          </button>
        </div>
      </div>
      <ActionNote action={action} />
      {findings.length === 0 ? (
        <Empty title={isFiltered ? 'No finding passes these filters' : 'Nothing found'}>
          {!isFiltered && <p className="muted">Every rule that could be checked is satisfied.</p>}
        </Empty>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between its links
        <ul className="findings panel" onKeyDown={walkRows}>
          {findings.map((finding) => (
            <FindingLine
              key={`${finding.rule_id} ${finding.affected_documents[0]?.file_path ?? ''}`}
              slug={slug}
              finding={finding}
              copyFix={() => void copyOne(finding)}
            />
          ))}
        </ul>
      )}
      {findings.length < matching && (
        <p className="row">
          <button
            type="button"
            className="button"
            onClick={() => change({ ...filters, show: filters.show + findingsPerStep * 4 })}
          >
            Show more
          </button>
          <span className="muted small">{toCount(matching - findings.length)} not shown</span>
        </p>
      )}
    </section>
  );
}

function Filters({ check, filters, change }: FindingsProps) {
  // Read as an address is read, so that nothing but a known value can be chosen.
  const set = (name: 'severity' | 'rule', value: string) => {
    const chosen = { severity: filters.severity, rule: filters.rule, [name]: value };
    change(readHealthFilters(new URLSearchParams(chosen)));
  };
  const found = check.rules.filter(({ affected, suppressed }) => affected > 0 && suppressed === null);
  return (
    <div className="filters">
      <SelectField
        label="Severity"
        value={filters.severity}
        isListFilter
        options={HealthSeverity.options.map((severity) => ({ value: severity, label: toWords(severity) }))}
        change={(value) => set('severity', value)}
      />
      <SelectField
        label="Rule"
        value={filters.rule}
        options={found.map(({ rule_id: rule }) => ({ value: rule, label: toRuleName(rule) }))}
        change={(value) => set('rule', value)}
      />
      {(filters.severity !== '' || filters.rule !== '') && (
        <button
          type="button"
          className="button button-quiet"
          onClick={() => change(readHealthFilters(new URLSearchParams()))}
        >
          Clear
        </button>
      )}
    </div>
  );
}

interface FindingLineProps {
  readonly slug: string;
  readonly finding: HealthFinding;
  readonly copyFix: () => void;
}

const documentsAtOnce = 5;

function FindingLine({ slug, finding, copyFix }: FindingLineProps) {
  const { rule_id: rule, severity, message, suggested_fix: fix, affected_documents: documents } = finding;
  const rest = documents.length - documentsAtOnce;
  return (
    <li className="finding">
      <SeverityOfFinding severity={severity} label={severity} isShapeOnly />
      <div className="finding-text">
        <p>
          <span className="strong">{message}</span>
          <span className="muted small"> {toRuleName(rule)}</span>
        </p>
        <p className="muted">{fix}</p>
        {documents.slice(0, documentsAtOnce).map((document) => (
          <DocumentLink key={document.file_path} slug={slug} document={document} />
        ))}
        {rest > 0 && <p className="muted small">and {toCount(rest)} more</p>}
      </div>
      <button type="button" className="icon-button" title="Copy this fix" onClick={copyFix}>
        <Icon name="copy" />
        <span className="visually-hidden">Copy the fix for {message}</span>
      </button>
    </li>
  );
}

function DocumentLink({ slug, document }: { slug: string; document: AffectedDocument }) {
  const { doc_type: type, doc_id: docId, file_path: path } = document;
  return (
    <Link to={toDocumentPath(slug, { type, docId, path })} className="finding-path mono small" data-row>
      {path}
    </Link>
  );
}
