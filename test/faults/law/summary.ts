/** The closing table of a run, and what went wrong, in words. */
import type { Plan } from './plan.ts';
import type { RunResult } from './run-law.ts';
import { countOf, faultsOfHistory } from './verdict.ts';

export function toSummary({ seed }: Plan, { findings, figures, complaints }: RunResult): string {
  const laws = ['lost', 'repeated', 'reordered'] as const;
  const rows: [string, string | number][] = [
    ['seed', String(seed)],
    ...Object.entries(figures),
    ...laws.map((law): [string, number] => [law, countOf(findings, law)]),
    ['wrong in other ways', findings.length - countOf(findings, ...laws)],
    ['complaints of servers', complaints.length],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value.toLocaleString('en')}`).join('\n');
}

const shownOfEach = 5;

export function toComplaint(findings: RunResult['findings']): string {
  return faultsOfHistory
    .flatMap((wrong) => {
      const found = findings.filter((finding) => finding.wrong === wrong);
      if (found.length === 0) return [];
      return [`${wrong}: ${found.length}`, ...found.slice(0, shownOfEach).map(({ detail }) => `  ${detail}`)];
    })
    .join('\n');
}
