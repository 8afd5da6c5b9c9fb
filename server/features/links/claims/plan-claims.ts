/** What features and tasks say about their links (LK2). */
import type { FeatureFacts, TaskFacts } from '../facts.ts';
import { toEntity, type Entity } from '../link.ts';
import { confidenceOf, type Claim, type Strategy } from './claim.ts';
import type { Unresolved } from './unresolved.ts';
import type { Lookup } from './lookup.ts';

type Sessions = Pick<Lookup, 'hasSession'>;

export function claimFeature({ id, tasks }: FeatureFacts, lookup: Sessions): readonly Claim[] {
  const source = toEntity('feature', id);
  const sessions = new Map<string, { tasks: string[]; commitHashes: Set<string> }>();
  for (const task of tasks) {
    for (const session of sessionsOf(task)) {
      const named = sessions.get(session) ?? { tasks: [], commitHashes: new Set() };
      named.tasks.push(task.id);
      for (const hash of task.commitHashes) named.commitHashes.add(hash);
      sessions.set(session, named);
    }
  }
  const known = [...sessions].filter(([session]) => lookup.hasSession(session));
  return [
    ...tasks.map((task, order) => claim(source, toEntity('task', task.id), 'child', 'feature_task', order)),
    ...known.map(([session, { tasks: by, commitHashes }], order) => ({
      ...claim(source, toEntity('session', session), 'related', 'task_frontmatter', order),
      detail: { tasks: by, commitHashes: [...commitHashes] },
    })),
  ];
}

/** Of the tasks of one document: theirs, and those of the document through them. */
export function claimTasks(
  documentId: string,
  tasks: readonly TaskFacts[],
  lookup: Sessions,
): { readonly claims: readonly Claim[]; readonly unresolved: readonly Unresolved[] } {
  const document = toEntity('document', documentId);
  const claims: Claim[] = [];
  const unresolved: Unresolved[] = [];
  const ofDocument = new Map<string, string[]>();
  for (const [order, task] of tasks.entries()) {
    const entity = toEntity('task', task.id);
    claims.push(claim(document, entity, 'child', 'progress_source_task', order));
    for (const [at, session] of sessionsOf(task).entries()) {
      if (!lookup.hasSession(session)) {
        unresolved.push({ key: 'tasks', value: session, reason: 'no_match', candidates: [] });
        continue;
      }
      const { commitHashes } = task;
      const detail = commitHashes.length === 0 ? null : { commitHashes };
      claims.push({
        ...claim(entity, toEntity('session', session), 'related', 'task_frontmatter', at),
        detail,
      });
      const by = ofDocument.get(session);
      if (by === undefined) ofDocument.set(session, [task.id]);
      else by.push(task.id);
    }
  }
  for (const [order, [session, by]] of [...ofDocument].entries()) {
    const target = toEntity('session', session);
    claims.push({ ...claim(document, target, 'related', 'task_session_ref', order), detail: { tasks: by } });
  }
  return { claims, unresolved };
}

/** With or without the mark that our ids of sessions begin with. */
function sessionsOf({ sessionIds }: TaskFacts): readonly string[] {
  if (sessionIds.length === 0) return sessionIds;
  return [...new Set(sessionIds.map((id) => (id.startsWith('S-') ? id : `S-${id}`)))];
}

function claim(
  source: Entity,
  target: Entity,
  linkType: string,
  strategy: Strategy,
  sortOrder: number,
): Claim {
  return { source, target, linkType, strategy, confidence: confidenceOf[strategy], sortOrder, detail: null };
}
