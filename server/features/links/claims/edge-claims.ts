/** The typed edges that the fields of one document declare (LK15). */
import { confidenceOf, type Claim, type Declaration } from './claim.ts';
import type { Unresolved } from './unresolved.ts';
import { outside, readHeaderPath, type LinkedDocument, type TextTarget } from './linked-document.ts';
import type { Lookup } from './lookup.ts';
import { folderOf } from './path-reference.ts';
import { findEdge } from './reference-keys.ts';
import { resolvePath } from './resolve.ts';

export function claimEdges(
  document: LinkedDocument,
  lookup: Lookup,
): { readonly claims: readonly Claim[]; readonly unresolved: readonly Unresolved[] } {
  const claims = new Map<string, Claim & { readonly detail: { readonly declaredBy: Declaration[] } }>();
  const unresolved: Unresolved[] = [];
  for (const [order, named] of document.edges.entries()) {
    const edge = findEdge(named.key);
    if (edge === undefined) continue;
    const { found, missed } = resolve(document, named, lookup);
    unresolved.push(...missed.map((reason) => ({ ...reason, key: named.key })));
    const declaration = { by: document.entity, file: document.file, key: named.key, line: named.line };
    for (const other of found) {
      const [source, target] = edge.isInverse
        ? [other.entity, document.entity]
        : [document.entity, other.entity];
      const identity = `${edge.linkType}\0${source}\0${target}`;
      const known = claims.get(identity);
      if (known !== undefined) {
        if (!known.detail.declaredBy.some((by) => by.key === named.key && by.line === named.line)) {
          known.detail.declaredBy.push(declaration);
        }
        continue;
      }
      claims.set(identity, {
        source,
        target,
        linkType: edge.linkType,
        strategy: 'header_edge',
        confidence: confidenceOf.header_edge,
        sortOrder: order,
        detail: { declaredBy: [declaration] },
      });
    }
  }
  return { claims: [...claims.values()], unresolved };
}

type Missed = Omit<Unresolved, 'key'>;

/** By its path first, then by the ids in its text. */
function resolve(
  { path }: LinkedDocument,
  named: TextTarget,
  lookup: Lookup,
): { readonly found: readonly LinkedDocument[]; readonly missed: readonly Missed[] } {
  const { value } = named;
  if (typeof named.path === 'string') {
    const exact = lookup.documentAt(named.path);
    if (exact !== undefined) return { found: [exact], missed: [] };
    const other = readHeaderPath(value, folderOf(path));
    const resolution = other === null ? null : resolvePath(other, lookup);
    if (resolution?.outcome === 'one') return { found: [resolution.found], missed: [] };
    if (resolution?.outcome === 'several' && named.ids.length === 0) {
      return {
        found: [],
        missed: [{ value, reason: 'ambiguous', candidates: resolution.candidates.slice(0, 20) }],
      };
    }
  }
  const found = named.ids.map((id) => lookup.ownerOf(id)).filter((owner) => owner !== undefined);
  if (found.length > 0) return { found, missed: [] };
  if (named.path === outside) return { found, missed: [{ value, reason: 'outside', candidates: [] }] };
  const isMissing = named.path === null || named.ids.length > 0 || lookup.covers(named.path);
  return { found, missed: isMissing ? [{ value, reason: 'no_match', candidates: [] }] : [] };
}
