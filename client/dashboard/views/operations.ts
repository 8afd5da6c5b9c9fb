/** Live views of operations: the timeline, what is active, one of them, its events, issues and comparison. */
import type { Comparison } from '../../../shared/api/operations.ts';
import type { IssueRecord, OperationRecord } from '../../../shared/operations.ts';
import type { SynclineEvent } from '../../../shared/events/index.ts';
import type { Caller } from '../../sdk/caller.ts';
import { isWantedBy, toOperationQuery, writeOperationFilters } from '../address/operation-filters.ts';
import type { OperationFilters } from '../address/operation-filters.ts';
import { foldActiveOperations } from '../folds/active-operations.ts';
import type { ActiveOperations } from '../folds/active-operations.ts';
import { foldOperation } from '../folds/operation.ts';
import { foldOperationList } from '../folds/operation-list.ts';
import type { OperationList } from '../folds/operation-list.ts';
import { foldOperationLog, maxLogLines } from '../folds/operation-log.ts';
import type { OperationLog } from '../folds/operation-log.ts';
import { foldComparison, foldOperationIssues, foldProjectIssues } from '../folds/reading.ts';
import type { ViewSpec } from '../../sdk/store.ts';

export const activeOperationsView = (caller: Caller): ViewSpec<ActiveOperations> => ({
  key: 'operations/active',
  load: async (signal) => {
    const query = { project: '*', active: 'true', limit: '200' } as const;
    const { value, head } = await caller('listOperations', { query }, { signal });
    return { value: { items: value.items, lastEnded: null }, head };
  },
  fold: foldActiveOperations,
});

export const operationListView = (caller: Caller, filters: OperationFilters): ViewSpec<OperationList> => ({
  key: `operations?${writeOperationFilters(filters).toString()}`,
  load: (signal) => caller('listOperations', { query: toOperationQuery(filters) }, { signal }),
  fold: foldOperationList({ isWanted: isWantedBy(filters), isNewestPage: filters.cursor === '' }),
});

/** The last operations of one project, with the phases of each. */
export const recentOperationsView = (caller: Caller, slug: string): ViewSpec<OperationList> => ({
  key: `operations/recent/${slug}`,
  load: (signal) => {
    const query = { project: slug, limit: '10', include: 'phases' } as const;
    return caller('listOperations', { query }, { signal });
  },
  fold: foldOperationList({
    isWanted: (operation) => operation.projectSlug === slug,
    isNewestPage: true,
  }),
});

export const operationView = (caller: Caller, id: string): ViewSpec<OperationRecord> => ({
  key: `operation/${id}`,
  load: (signal) => caller('readOperation', { params: { id }, query: {} }, { signal }),
  fold: foldOperation,
});

export const comparisonView = (caller: Caller, id: string): ViewSpec<Comparison> => ({
  key: `comparison/${id}`,
  load: (signal) => caller('compareOperation', { params: { id }, query: {} }, { signal }),
  fold: foldComparison(id),
});

export interface IssuePage {
  readonly items: readonly IssueRecord[];
  readonly nextCursor: string | null;
}

const issuesPerPage = '50';
const cursorOf = (cursor: string) => (cursor === '' ? {} : { cursor });

export const operationIssuesView = (caller: Caller, id: string, cursor: string): ViewSpec<IssuePage> => ({
  key: `operation-issues/${id}/${cursor}`,
  load: (signal) => {
    const query = { limit: issuesPerPage, ...cursorOf(cursor) };
    return caller('listOperationIssues', { params: { id }, query }, { signal });
  },
  fold: foldOperationIssues(id),
});

export const projectIssuesView = (caller: Caller, slug: string, cursor: string): ViewSpec<IssuePage> => ({
  key: `project-issues/${slug}/${cursor}`,
  load: (signal) => {
    const query = { project: slug, open: 'true', limit: issuesPerPage, ...cursorOf(cursor) } as const;
    return caller('listProjectIssues', { query }, { signal });
  },
  fold: foldProjectIssues(slug),
});

export const operationLogView = (caller: Caller, id: string): ViewSpec<OperationLog> => ({
  key: `operation-log/${id}`,
  load: (signal) => loadLog(caller, id, signal),
  fold: foldOperationLog(id),
});

/** All pages from the first event; the position of the last page is where the stream continues. */
async function loadLog(caller: Caller, id: string, signal: AbortSignal) {
  const events: SynclineEvent[] = [];
  let after: string | undefined;
  for (;;) {
    const query = { limit: '1000', ...(after !== undefined && { after }) };
    const { value, head } = await caller('pollOperationEvents', { params: { id }, query }, { signal });
    events.push(...value.events);
    after = value.next;
    if (!value.hasMore || value.reset !== null) {
      const log = {
        events: events.slice(-maxLogLines),
        isPruned: value.reset === 'pruned',
        isCut: events.length > maxLogLines,
      };
      return { value: log, head: head ?? value.head };
    }
  }
}
