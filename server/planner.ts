/** Plans wired to the features they derive from: documents, their dates, and the issues of files. */
import type { Db } from './db/open.ts';
import { loadDocumentFacts } from './features/documents/document-facts.ts';
import { toDate } from './features/indexing/date-text.ts';
import { recordIssues } from './features/indexing/issue-store.ts';
import type { Clock } from './platform/clock.ts';
import { Plans } from './features/plans/plans.ts';

export function createPlans(db: Db, clock: Clock): Plans {
  return new Plans({
    db,
    loadFacts: loadDocumentFacts,
    readDate: toDate,
    issues: {
      async settle(tx, { operation: { projectId, id } }, paths, found) {
        const scope = { projectId, operationId: id, at: clock.now(), source: 'plans' as const };
        await recordIssues(tx, scope, paths, found);
      },
    },
  });
}
