/** The answer of the health check, written in slices: a large tree may have tens of thousands of findings (HC1). */
import { HealthSeverity, type HealthFinding, type RuleResult } from '../../../shared/views/health-check.ts';
import { Slices } from '../../http/slices.ts';
import type { Pacer } from '../../platform/pacer.ts';
import { checkTree } from './check-tree.ts';
import type { CheckedDocument } from './checked-document.ts';
import type { LoadedTree } from './load-tree.ts';
import type { Fault, Rule } from './rule.ts';
import { toScore } from './score.ts';

export interface FindingFilters {
  /** Any of these; empty for all. */
  readonly severity: readonly string[];
  readonly rule: readonly string[];
  readonly limit: number | undefined;
}

export async function writeReport(
  { slug, settings, tree }: LoadedTree,
  { severity, rule: wanted, limit = Infinity }: FindingFilters,
  checkedAt: Date,
  pacer: Pacer,
): Promise<Slices> {
  const slices = new Slices();
  const results: RuleResult[] = [];
  const summary = Object.fromEntries(HealthSeverity.options.map((name) => [name, 0]));
  let matching = 0;
  slices.append(`{"project_slug":${JSON.stringify(slug)}`);
  slices.appendUntagged(`,"checked_at":"${checkedAt.toISOString()}"`);
  slices.append(`,"total_documents":${tree.documents.length},"findings":[`);
  for (const { rule, result, faults } of checkTree(tree, settings, checkedAt.getTime())) {
    results.push(result);
    summary[rule.severity] = (summary[rule.severity] ?? 0) + faults.length;
    if (isAnyOf(severity, rule.severity) && isAnyOf(wanted, rule.id)) {
      await writeFaults(slices, {
        rule,
        faults: faults.slice(0, Math.max(0, limit - matching)),
        isFirst: matching === 0,
        pacer,
      });
      matching += faults.length;
    }
    // One rule over a large tree may take a slice by itself.
    await pacer.rest();
  }
  const score = toScore(results.filter(({ suppressed }) => suppressed === null));
  slices.append(`],${JSON.stringify({ summary, score, rules: results, settings, matching }).slice(1)}`);
  return slices;
}

const isAnyOf = (wanted: readonly string[], value: string): boolean =>
  wanted.length === 0 || wanted.includes(value);

interface FaultsToWrite {
  readonly rule: Rule;
  readonly faults: readonly Fault[];
  readonly isFirst: boolean;
  readonly pacer: Pacer;
}

const findingsASlice = 200;

async function writeFaults(slices: Slices, { rule, faults, isFirst, pacer }: FaultsToWrite): Promise<void> {
  for (let from = 0; from < faults.length; from += findingsASlice) {
    const findings = faults.slice(from, from + findingsASlice).map((fault) => toFinding(rule, fault));
    slices.append(
      `${isFirst && from === 0 ? '' : ','}${findings.map((one) => JSON.stringify(one)).join(',')}`,
    );
    if (pacer.isDue()) await pacer.rest();
  }
}

const toFinding = ({ id, severity, category }: Rule, { documents, message, fix }: Fault): HealthFinding => ({
  rule_id: id,
  severity,
  category,
  message,
  affected_documents: documents.map(toAffected),
  suggested_fix: fix,
});

const toAffected = ({ docId, type, title, path }: CheckedDocument) => ({
  doc_id: docId,
  doc_type: type,
  title,
  file_path: path,
});
