/** Which documents may become work items, and which of them claim one id (PU41). */
import type { ItemType, PushWarning } from '../../../../shared/work-items.ts';
import { compareText, toRefId } from './ref-id.ts';
import type { SourceDocument } from './source-document.ts';

/** An id with every document that claims it, in order of their paths. */
export interface Claim {
  readonly refId: string;
  readonly type: ItemType;
  readonly document: SourceDocument;
  readonly rivals: readonly SourceDocument[];
}

export function toClaims(documents: readonly SourceDocument[]): {
  readonly claims: readonly Claim[];
  readonly warnings: readonly PushWarning[];
} {
  const byRef = new Map<string, SourceDocument[]>();
  const warnings: PushWarning[] = [];
  const fitting = documents.filter(({ type }) => itemTypeOf.has(type));
  for (const document of [...fitting].sort((one, other) => compareText(one.path, other.path))) {
    if (document.refId === null) warnings.push(toNoId(document));
    else byRef.set(toRefId(document.refId), [...(byRef.get(toRefId(document.refId)) ?? []), document]);
  }
  const claims = Array.from(byRef, ([refId, [document, ...rivals]]) => ({
    refId,
    type: itemTypeOf.get(document!.type)!,
    document: document!,
    rivals,
  }));
  return { claims, warnings };
}

/** PU41. `feature` is a type that a project may add to its vocabulary. */
const itemTypeOf: ReadonlyMap<string, ItemType> = new Map([
  ['epic', 'epic'],
  ['feature', 'feature'],
  ['cr', 'feature'],
  ['story', 'user_story'],
]);

const toNoId = ({ path }: SourceDocument): PushWarning => ({
  code: 'NO_REF_ID',
  message: `${path} owns no id and is not pushed; name it by one, like EP0001 or US0001.`,
});
