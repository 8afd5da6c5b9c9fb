/** From what a request asks for to a push that may begin (PU10, PU12, PU13). */
import { AppError } from '../../../../shared/failure.ts';
import type { PushQuery, PushRequest as PushBody } from '../../../../shared/api/pushes.ts';
import type { SourceTree } from '../../../../shared/work-items.ts';
import type { Queryable } from '../../../db/open.ts';
import type { PushRequest } from '../run/push-store.ts';
import type { FindTarget, OpenTarget } from '../tracker.ts';
import { toOverwrite, type OverwriteWish } from './overwrite-wish.ts';
import type { FoundTarget, TargetProjects } from './target-projects.ts';
import { interactiveBudgetMs } from '../../../platform/upstream/upstream.ts';

export interface LiveSource {
  readonly workspaceId: string;
  readonly initiativeId?: string | undefined;
}

export interface PushAskParts {
  readonly db: Queryable;
  readonly findTarget: FindTarget;
  readonly targets: TargetProjects;
  /** The body's own tree; throws what is wrong with it (PU11). */
  readonly readRequestTree: (epics: unknown, sourceSystem: 'ardoq' | 'request') => SourceTree;
  readonly readArdoqTree: (
    connectionId: string | null,
    source: LiveSource,
    signal: AbortSignal,
  ) => Promise<{ readonly tree: SourceTree; readonly connectionId: string }>;
  /** Throws 404 for a mapping that there is none of (FM2). */
  readonly requireMapping: (id: string) => Promise<void>;
}

export interface Ask {
  readonly target: OpenTarget;
  readonly found: FoundTarget;
  readonly request: PushRequest;
  readonly sourceConfigId: string | null;
}

export async function readAsk(
  parts: PushAskParts,
  {
    project,
    query,
    body,
    signal,
  }: { project: string; query: PushQuery; body: PushBody; signal: AbortSignal },
): Promise<Ask> {
  requireOneSource(body);
  const inBody = body.epics === undefined ? null : parts.readRequestTree(body.epics, body.sourceSystem);
  const target = await parts.findTarget(query.configId ?? null);
  const live =
    body.source === undefined
      ? null
      : await parts.readArdoqTree(query.sourceConfigId ?? null, body.source, signal);
  const tree = inBody ?? live?.tree;
  if (tree === undefined) throw new AppError('VALIDATION_FAILED', 'There is no tree to push.');
  return await toAsk(parts, {
    target,
    projectName: project,
    tree,
    wish: query,
    wishPlace: 'query',
    fieldMappingConfigId: body.fieldMappingConfigId ?? null,
    processTemplateName: body.processTemplateTemplateName ?? null,
    sourceConfigId: live?.connectionId ?? query.sourceConfigId ?? null,
    signal,
  });
}

export interface AskedTree {
  readonly target: OpenTarget;
  readonly projectName: string;
  readonly tree: SourceTree;
  readonly wish: OverwriteWish;
  /** Where the request says it. */
  readonly wishPlace: 'query' | 'body';
  readonly fieldMappingConfigId: string | null;
  readonly processTemplateName: string | null;
  readonly sourceConfigId: string | null;
  readonly signal: AbortSignal;
}

export async function toAsk(parts: PushAskParts, asked: AskedTree): Promise<Ask> {
  const { target, projectName, tree, wish, fieldMappingConfigId, processTemplateName, signal } = asked;
  if (fieldMappingConfigId !== null) await parts.requireMapping(fieldMappingConfigId);
  const found = await parts.targets.find(target, projectName, {
    signal,
    retryBudgetMs: interactiveBudgetMs,
  });
  const overwrite = toOverwrite(wish, found.projectName, asked.wishPlace);
  return {
    target,
    found,
    sourceConfigId: asked.sourceConfigId,
    request: {
      tree,
      connectionId: target.connectionId,
      projectName: found.project?.id ?? projectName,
      overwrite,
      fieldMappingConfigId,
      processTemplateName,
    },
  };
}

function requireOneSource({ epics, source, planId }: PushBody): void {
  const given = Object.entries({ epics, source, planId }).filter(([, value]) => value !== undefined);
  if (given.length === 1) return;
  const message = 'give exactly one of "epics", "source" and "planId"';
  throw new AppError('VALIDATION_FAILED', `The body must ${message}.`, {
    details: [{ path: 'body', message }],
  });
}
