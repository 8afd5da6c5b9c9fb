/** `/api/v1/projects/{slug}/health-check`: computed when asked, writes nothing (HC1). */
import { checkHealth } from '../../../shared/api/health-check.ts';
import { AppError } from '../../../shared/failure.ts';
import type { HttpKit } from '../../http/serve-route.ts';
import { serveSlices } from '../../http/serve-slices.ts';
import type { Clock } from '../../platform/clock.ts';
import { createPacer } from '../../platform/pacer.ts';
import { writeReport } from './health-report.ts';
import { loadTree, type DocumentKnowledge } from './load-tree.ts';

export interface HealthCheckOptions extends DocumentKnowledge {
  readonly clock: Clock;
}

export function mountHealthCheck(kit: HttpKit, { clock, ...knowledge }: HealthCheckOptions): void {
  serveSlices(kit, checkHealth, async ({ params, query }, { tx, signal }) => {
    const pacer = createPacer(signal);
    const loaded = await loadTree(tx, params.slug, knowledge, pacer);
    if (loaded === undefined) throw new AppError('NOT_FOUND', 'Project not found');
    const { severity = [], rule = [], limit } = query;
    return {
      slices: await writeReport(loaded, { severity, rule, limit }, clock.now(), pacer),
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
    };
  });
}
