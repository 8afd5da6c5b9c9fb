/** Which keys refer to something, and to what (LK3, LK15); looked up as DP6 says. */

export type ReferenceUse = 'feature' | 'plan' | 'related' | 'lineage' | 'session' | 'file';

const keysOf: Readonly<Record<ReferenceUse, string>> = {
  feature: 'feature feature_slug feature_ref feature_id feature_slug_hint linked_features',
  plan: 'prd prd_ref prd_reference prd_link parent_prd related_prd plan_ref implementation_plan_ref',
  related:
    'related related_documents related_specs related_features related_request_logs references reference links source_document source_documents source_docs sources linked_docs artifacts impacted_features feature_family',
  lineage:
    'lineage_parent lineage_children parent_feature parent_feature_slug extends_feature derived_from supersedes superseded_by',
  session: 'session session_id sessions linked_sessions',
  file: 'files file file_path files_modified files_affected files_created context_files',
};

const useOf: ReadonlyMap<string, ReferenceUse> = new Map(
  Object.entries(keysOf).flatMap(([use, keys]) =>
    keys.split(' ').map((key) => [key, use as ReferenceUse] as const),
  ),
);

/** `-`, `_` and blanks are one, case is none. */
export function toLookup(key: string): string {
  return key
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

export const findUse = (key: string): ReferenceUse | undefined => useOf.get(toLookup(key));

/** Keys whose value is the name of a feature and nothing else. */
export function namesFeatures(key: string): boolean {
  const lookup = toLookup(key);
  return findUse(lookup) === 'feature' || featureKeys.has(lookup);
}

const featureKeys: ReadonlySet<string> = new Set([
  'related_features',
  'impacted_features',
  'parent_feature',
  'parent_feature_slug',
  'extends_feature',
]);

export interface Edge {
  readonly linkType: string;
  /** The document that the value names is the source, the one with the key the target. */
  readonly isInverse: boolean;
}

const edge = (linkType: string): Edge => ({ linkType, isInverse: false });
const inverse = (linkType: string): Edge => ({ linkType, isInverse: true });

const edgeOf: ReadonlyMap<string, Edge> = new Map([
  ['epic', edge('epic')],
  ['story', edge('story')],
  ['plan', edge('plan')],
  ['test_spec', edge('test_spec')],
  ['parent', edge('parent')],
  ['decomposed_into', inverse('parent')],
  ['delivers', edge('delivers')],
  ['delivered_by', inverse('delivers')],
  ['depends_on', edge('depends_on')],
  ['blocked_by', edge('depends_on')],
  ['blocks', inverse('depends_on')],
  ['supersedes', edge('supersedes')],
  ['superseded_by', inverse('supersedes')],
  ['batch', edge('batch')],
  ...['cr', 'rfc', 'bug', 'persona', 'related', 'spans'].map((key) => [key, edge('relates_to')] as const),
]);

export const findEdge = (key: string): Edge | undefined => edgeOf.get(toLookup(key));

/** Types that the other side can declare too. */
export const twoSidedTypes: ReadonlySet<string> = new Set(
  [...edgeOf.values()].filter(({ isInverse }) => isInverse).map(({ linkType }) => linkType),
);
