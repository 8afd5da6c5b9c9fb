/** What the front matter of a document says about other documents and features, before anything is looked up (LK3, LK4, LK6). */
import { toDeclaredSlug } from '../../../../shared/slugs.ts';
import { isRecord, toLookup, toTexts, type Fields } from './fields.ts';

/** A path from the project's root, or a slug. */
export type Reference =
  { readonly kind: 'path'; readonly path: string } | { readonly kind: 'slug'; readonly slug: string };

export interface TypedReference {
  readonly type: string;
  readonly target: Reference;
  readonly confidence: number;
}

const keysOf = {
  feature: ['feature', 'feature_slug', 'feature_ref', 'feature_id', 'feature_slug_hint', 'linked_features'],
  prd: ['prd', 'prd_ref', 'prd_reference', 'prd_link', 'parent_prd', 'related_prd'],
  plan: ['plan_ref', 'implementation_plan_ref', 'implementation_plan'],
  parent: [
    'lineage_parent',
    'parent_feature',
    'parent_feature_slug',
    'extends_feature',
    'derived_from',
    'supersedes',
  ],
  child: ['lineage_children', 'superseded_by'],
  blocker: ['blocked_by', 'blockers'],
} as const;

export function readReferences(fields: Fields, use: keyof typeof keysOf): Reference[] {
  return keysOf[use].flatMap((key) => toReferences(fields.get(key)));
}

/** Markdown files that any field names: what two features may have in common. */
export function readDocumentPaths(fields: Fields): string[] {
  const paths = new Set<string>();
  for (const value of fields.values()) collectPaths(value, paths);
  return [...paths].sort();
}

function collectPaths(value: unknown, paths: Set<string>): void {
  if (typeof value === 'string') {
    if (!value.includes('.md') || value.length > 500) return;
    const path = toPath(value);
    if (path?.endsWith('.md') === true) paths.add(path);
    return;
  }
  if (Array.isArray(value)) for (const item of value) collectPaths(item, paths);
  else if (isRecord(value)) for (const key in value) collectPaths(value[key], paths);
}

const targetKeys = ['feature', 'ref', 'id', 'slug', 'path', 'value', 'target'];
const typedIn = ['linked_features', 'related_features', 'related', 'lineage_children', 'lineage_parent'];
const types: ReadonlySet<string> = new Set([
  'iteration',
  'enhancement',
  'bug_fix',
  'refactor',
  'follow_up',
  'expansion',
  'phase',
  'roadmap',
  'spike',
  'dependency',
  'related',
  'supersedes',
]);

/** LK6: objects that say what they stand in for. */
export function readTypedReferences(fields: Fields): TypedReference[] {
  return typedIn.flatMap((key) => {
    const value = fields.get(key);
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.filter(isRecord).flatMap((item) => toTyped(item));
  });
}

function toTyped(item: Readonly<Record<string, unknown>>): TypedReference[] {
  const type = toLookup(toTexts(item['type'])[0] ?? 'related');
  const key = targetKeys.find((name) => typeof item[name] === 'string');
  const [target] = key === undefined ? [] : toReferences(item[key]);
  if (target === undefined || !types.has(type)) return [];
  const confidence = Number(item['confidence'] ?? 1);
  return [{ type, target, confidence: confidence >= 0 && confidence <= 1 ? confidence : 1 }];
}

function toReferences(value: unknown): Reference[] {
  const texts = typeof value === 'string' && value.includes(',') ? value.split(',') : toTexts(value);
  return texts.flatMap((text): Reference[] => {
    const path = toPath(text);
    if (path !== undefined) return [{ kind: 'path', path }];
    const slug = toDeclaredSlug(text.trim().replace(/^["'`]+|["'`]+$/g, ''));
    return slug === undefined ? [] : [{ kind: 'slug', slug }];
  });
}

/** LK4: a path inside the project, normalised; undefined for what is none. */
export function toPath(text: string): string | undefined {
  const plain = text
    .trim()
    .replace(/^[`"'<([]+|[`"'>)\],;]+$/g, '')
    .replaceAll('\\', '/')
    .replace(/^\.?\/+/, '')
    .replace(/#.*$/, '')
    .replace(/:\d+(?:-\d+)?$/, '');
  if (/[\s*<>{}$]|:\/\/|(?:^|\/)\.\.(?:\/|$)/.test(plain)) return undefined;
  return plain.endsWith('.md') || (plain.includes('/') && /\.[A-Za-z0-9]{1,8}$/.test(plain))
    ? plain
    : undefined;
}
