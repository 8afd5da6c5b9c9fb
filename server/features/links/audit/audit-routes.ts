/** `/api/links/audit` and its alias below `/api/cache` (AU2 to AU4). */
import { auditCachedLinks, auditLinks } from '../../../../shared/api/link-audit.ts';
import type { HttpKit } from '../../../http/serve-route.ts';
import { serveSlices } from '../../../http/serve-slices.ts';
import type { Clock } from '../../../platform/clock.ts';
import { createPacer } from '../../../platform/pacer.ts';
import type { RequireProject } from '../require-project.ts';
import { createAuditTimes, readAudit } from './read-audit.ts';
import { TaggedAnswer } from './tagged-answer.ts';

export interface LinkAuditOptions {
  readonly clock: Clock;
  readonly requireProject: RequireProject;
}

export function mountLinkAudit(kit: HttpKit, { clock, requireProject }: LinkAuditOptions): void {
  const times = createAuditTimes(clock);
  for (const route of [auditLinks, auditCachedLinks]) {
    serveSlices(kit, route, async ({ query }, { tx, signal }) => {
      const { project, feature_id: featureId = null, ...choices } = query;
      const { id: projectId } = await requireProject(tx, project);
      const pacer = createPacer(signal);
      const { audit, tag } = await readAudit(tx, { projectId, featureId }, choices, { pacer, times });
      return {
        slices: new TaggedAnswer(audit, tag),
        headers: { 'Content-Type': 'application/json; charset=utf-8' },
      };
    });
  }
}
