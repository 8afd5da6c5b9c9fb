/** Finds what each document stands below: a story below its feature, else its epic; a feature below its epic (PU41). */
import type { Claim } from './claims.ts';
import { findRefIds, toRefId } from './ref-id.ts';
import { type SourceDocument, valuesOf } from './source-document.ts';

export interface Placed extends Claim {
  /** Id of a document that exists and is of a type that may stand above. */
  readonly parentId: string | null;
  readonly epicId: string | null;
}

export interface ParentWarning {
  readonly refId: string;
  readonly code: 'MISSING_PARENT';
  readonly message: string;
}

export function findParents(claims: readonly Claim[]): {
  readonly placed: readonly Placed[];
  readonly warnings: readonly ParentWarning[];
} {
  const byRef = new Map(claims.map((claim) => [claim.refId, claim]));
  const warnings: ParentWarning[] = [];
  const warn = (claim: Claim, message: string) =>
    warnings.push({
      refId: claim.refId,
      code: 'MISSING_PARENT',
      message: `${claim.document.path} ${message}`,
    });
  const isOf = (refId: string, type: Claim['type']): boolean => byRef.get(refId)?.type === type;

  const findEpic = (claim: Claim): string | null => {
    const named = claim.document.epic === null ? null : toRefId(claim.document.epic);
    if (named !== null && isOf(named, 'epic')) return named;
    if (named !== null) warn(claim, `names the epic ${named}, which does not exist; it has no parent.`);
    // A change request may well stand alone; a story without an epic is told.
    else if (claim.type === 'user_story') warn(claim, 'names no epic; it has no parent.');
    return null;
  };

  const place = (claim: Claim): Placed => {
    if (claim.type === 'epic') return { ...claim, parentId: null, epicId: claim.refId };
    if (claim.type === 'user_story') {
      const named = findFeatures(claim.document);
      const feature = named.find((refId) => isOf(refId, 'feature'));
      if (feature !== undefined) return { ...claim, parentId: feature, epicId: epicOf(byRef, feature) };
      const [missing] = named;
      if (missing !== undefined)
        warn(claim, `names ${missing}, which is no feature; it stands below its epic.`);
    }
    const epicId = findEpic(claim);
    return { ...claim, parentId: epicId, epicId };
  };

  return { placed: claims.map(place), warnings };
}

function epicOf(byRef: ReadonlyMap<string, Claim>, feature: string): string | null {
  const named = byRef.get(feature)?.document.epic ?? null;
  const epicId = named === null ? null : toRefId(named);
  return epicId !== null && byRef.get(epicId)?.type === 'epic' ? epicId : null;
}

const findFeatures = (document: SourceDocument): string[] =>
  valuesOf(document, ['feature', 'change_request', 'cr', 'parent_feature']).flatMap(findRefIds);
