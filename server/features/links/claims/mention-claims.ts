/** The documents that the text of one document mentions, once each (LK16). */
import type { Entity } from '../link.ts';
import { confidenceOf, type Claim } from './claim.ts';
import type { Unresolved } from './unresolved.ts';
import { outside, type LinkedDocument } from './linked-document.ts';
import type { Lookup } from './lookup.ts';

interface Mentioned {
  readonly target: Entity;
  readonly line: number;
  count: number;
}

/** None where a typed edge to the target exists; one that the other side declares is found when links are folded. */
export function claimMentions(
  document: LinkedDocument,
  edges: readonly Claim[],
  lookup: Lookup,
): { readonly claims: readonly Claim[]; readonly unresolved: readonly Unresolved[] } {
  const typed = new Set<Entity>([document.entity]);
  for (const { source, target } of edges) if (source === document.entity) typed.add(target);
  const mentioned = new Map<Entity, Mentioned>();
  const unresolved: Unresolved[] = [];
  for (const { key, value, path, ids, line, count } of document.mentions) {
    const linked = typeof path === 'string' ? lookup.documentAt(path) : undefined;
    if (path === outside) unresolved.push({ key, value, reason: 'outside', candidates: [] });
    else if (path !== null && linked === undefined && lookup.covers(path)) {
      unresolved.push({ key, value, reason: 'no_match', candidates: [] });
    }
    // A link to a document whose text names its id is one mention, not two.
    const targets = new Set([linked, ...ids.map((id) => lookup.ownerOf(id))].map((target) => target?.entity));
    for (const target of targets) {
      if (target === undefined || typed.has(target)) continue;
      const known = mentioned.get(target);
      if (known === undefined) mentioned.set(target, { target, line, count });
      else known.count += count;
    }
  }
  const claims = Array.from(mentioned.values(), ({ target, line, count }, sortOrder) => ({
    source: document.entity,
    target,
    linkType: 'mentions',
    strategy: 'body_mention' as const,
    confidence: confidenceOf.body_mention,
    sortOrder,
    detail: { count, line },
  }));
  return { claims, unresolved };
}
