/** What analytics counts in other features: sessions with their tokens, and suspect links. */
import type { ProjectId } from '../shared/ids.ts';
import { AuditQuery } from '../shared/api/link-audit.ts';
import type { TotalsOfOthers } from './features/analytics/capture.ts';
import { createAuditTimes, readAudit } from './features/links/audit/read-audit.ts';
import type { PriceTable } from './features/sessions/prices.ts';
import { sessionTotals } from './features/sessions/usage-sums.ts';
import type { Clock } from './platform/clock.ts';
import { createPacer } from './platform/pacer.ts';

export function createTotals(prices: PriceTable, clock: Clock): TotalsOfOthers {
  const choices = AuditQuery.parse({ limit: '1' });
  const times = createAuditTimes(clock);
  return {
    async countSessions(queryable, projectId) {
      const {
        sessions,
        totalTokens: tokens,
        cost,
        costComplete,
      } = await sessionTotals(queryable, projectId, prices);
      return { sessions, tokens, cost, costComplete };
    },
    async countSuspects(queryable, projectId: ProjectId) {
      const pacer = createPacer(new AbortController().signal);
      const scope = { projectId, featureId: null };
      const { audit } = await readAudit(queryable, scope, choices, { pacer, times });
      return audit.total_suspects;
    },
  };
}
