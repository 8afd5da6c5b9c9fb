/** LAW2: what a view shows at head `h` is what the dashboard's own folds make of the events up to `h`. */
import { isDeepStrictEqual } from 'node:util';
import { foldOperation } from '../../../client/dashboard/folds/operation.ts';
import { foldProjects, type Projects } from '../../../client/dashboard/folds/projects.ts';
import type { SynclineEvent } from '../../../shared/events/index.ts';
import { isTerminal, type OperationRecord } from '../../../shared/operations.ts';
import type { Truth, ViewSnapshot } from './history.ts';
import type { Finding } from './verdict.ts';

/** Snapshots in any order; each is compared when the fold has come as far as its head. */
export function checkViews(
  { facts }: Truth,
  { glimpses, finals }: { glimpses: readonly ViewSnapshot[]; finals: readonly ViewSnapshot[] },
): Finding[] {
  const due = [
    ...glimpses.map((view) => ({ view, compare: compareGlimpse })),
    ...finals.map((view) => ({ view, compare: compareFinal })),
  ].toSorted((a, b) => a.view.head - b.view.head);
  const findings: Finding[] = [];
  const operations = new Map<string, OperationRecord>();
  let projects: Projects = [];
  let next = 0;
  const compareUpTo = (head: number) => {
    for (; next < due.length && due[next]!.view.head <= head; next++) {
      const { view, compare } = due[next]!;
      findings.push(...compare(view, operations, projects));
    }
  };

  compareUpTo(0);
  for (const { seq, event } of facts) {
    if (event !== null) {
      foldIn(operations, event);
      const folded = foldProjects(projects, event);
      if (folded !== 'reload') projects = folded;
    }
    compareUpTo(seq);
  }
  const beyond = due.length - next;
  if (beyond > 0)
    findings.push({ wrong: 'view-differs', detail: `${beyond} views were read beyond the journal` });
  return findings;
}

function foldIn(operations: Map<string, OperationRecord>, event: SynclineEvent): void {
  const id = event.operationId;
  if (id === null) return;
  const record = 'operation' in event.data ? event.data.operation : null;
  const known = operations.get(id) ?? record;
  if (known === null) return;
  const next = foldOperation(known, event);
  if (next !== 'reload') operations.set(id, next);
}

type Compare = (
  view: ViewSnapshot,
  operations: ReadonlyMap<string, OperationRecord>,
  projects: Projects,
) => Finding[];

/** While work goes on, figures of the moment (`durationMs`, say) are of the reading; what has happened is not. */
const compareGlimpse: Compare = ({ head, ...view }, operations, projects) => [
  ...(view.operations ?? []).flatMap((shown) => {
    const folded = operations.get(shown.id);
    if (isTerminal(shown.status)) return differ(head, shown.id, withoutPhases(shown), withoutPhases(folded));
    return differ(head, shown.id, atRest(shown), atRest(folded));
  }),
  ...compareProjects(head, view.projects, projects),
];

const compareFinal: Compare = ({ head, ...view }, operations, projects) => [
  ...(view.operations === null
    ? []
    : differ(head, 'the number of operations', view.operations.length, operations.size)),
  ...(view.operations ?? []).flatMap((shown) => differ(head, shown.id, shown, operations.get(shown.id))),
  ...compareProjects(head, view.projects, projects),
];

function compareProjects(head: number, shown: ViewSnapshot['projects'], folded: Projects): Finding[] {
  if (shown === null) return [];
  const bySlug = new Map(folded.map((project) => [project.slug, project]));
  return [
    ...differ(head, 'the number of projects', shown.length, folded.length),
    ...shown.flatMap((project) => differ(head, project.slug, project, bySlug.get(project.slug))),
  ];
}

const withoutPhases = (record: OperationRecord | undefined) => record && { ...record, phases: undefined };

function atRest(record: OperationRecord | undefined) {
  if (record === undefined) return undefined;
  const { id, kind, status, trigger, attempt, queuedAt, startedAt, finishedAt, cancelRequestedAt } = record;
  return { id, kind, status, trigger, attempt, queuedAt, startedAt, finishedAt, cancelRequestedAt };
}

function differ(head: number, what: string, shown: unknown, folded: unknown): Finding[] {
  if (isDeepStrictEqual(shown, folded)) return [];
  const detail = `${what} at ${head}: shown ${toText(shown)}, folded ${toText(folded)}`;
  return [{ wrong: 'view-differs', detail }];
}

const toText = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 600);
