/** Everything the front matter of one document refers to, in the order it is written (LK3, LK4, LK6). */
import { toDeclaredSlug } from '../../../../shared/slugs.ts';
import { readPathReference } from './path-reference.ts';
import { findUse, namesFeatures, type ReferenceUse } from './reference-keys.ts';

interface Named {
  readonly use: ReferenceUse;
  readonly key: string;
  /** As written. */
  readonly value: string;
  /** LK6: what the reference says about itself. */
  readonly typed: TypedReference | null;
}

export type FrontMatterReference = Named &
  (
    | { readonly form: 'path'; readonly path: string }
    | { readonly form: 'outside' }
    | { readonly form: 'slug'; readonly slug: string; readonly isSurelyFeature: boolean }
    | { readonly form: 'session'; readonly session: string }
  );

export interface TypedReference {
  readonly type?: string;
  readonly confidence?: number;
  readonly source?: string;
  readonly notes?: string;
}

export function readFrontMatterReferences(
  frontMatter: Readonly<Record<string, unknown>>,
  folder: string,
): readonly FrontMatterReference[] {
  const found: FrontMatterReference[] = [];
  const seen = new Set<string>();
  const add = (named: Named): void => {
    const reference = toReference(named, folder);
    if (reference === null) return;
    // Another key for the same thing says something more; the same key again does not.
    const identity = `${named.use}\0${named.key}\0${nameOf(reference)}`;
    if (seen.has(identity)) return;
    seen.add(identity);
    found.push(reference);
  };
  for (const [key, value] of Object.entries(frontMatter)) {
    const use = findUse(key);
    if (use !== undefined) {
      for (const leaf of flatten(value)) add({ use, key, ...leaf });
      continue;
    }
    // LK4: every leaf that is a path counts, whatever its key.
    for (const text of leavesOf(value)) {
      if (isPathLeaf(text)) add({ use: 'file', key, value: text, typed: null });
    }
  }
  return found;
}

function toReference(named: Named, folder: string): FrontMatterReference | null {
  const { use, key, value } = named;
  if (use === 'session') {
    const session = value.trim();
    if (session === '' || /\s/.test(session) || session.length > 200) return null;
    return { ...named, form: 'session', session: session.startsWith('S-') ? session : `S-${session}` };
  }
  const reading = readPathReference(value, folder);
  if (reading.outcome === 'path') return { ...named, form: 'path', path: reading.path };
  if (reading.outcome === 'outside') return { ...named, form: 'outside' };
  if (use === 'file' || isRequest(value)) return null;
  const slug = toDeclaredSlug(value);
  const isSurelyFeature = use === 'plan' || namesFeatures(key);
  return slug === undefined ? null : { ...named, form: 'slug', slug, isSurelyFeature };
}

const nameOf = (reference: FrontMatterReference): string =>
  reference.form === 'path'
    ? reference.path
    : reference.form === 'slug'
      ? reference.slug
      : reference.form === 'session'
        ? reference.session
        : reference.value;

/** LK5 */
const isRequest = (value: string): boolean => /^REQ-\d{8}-/i.test(value.trim());

interface Leaf {
  readonly value: string;
  readonly typed: TypedReference | null;
}

function* flatten(value: unknown): Generator<Leaf> {
  if (typeof value === 'string') yield* splitText(value);
  else if (typeof value === 'number') yield { value: String(value), typed: null };
  else if (Array.isArray(value)) for (const item of value) yield* flatten(item);
  else if (typeof value === 'object' && value !== null) {
    const typed = readTyped(value as Readonly<Record<string, unknown>>);
    if (typed !== null) yield typed;
    else for (const item of Object.values(value)) yield* flatten(item);
  }
}

/** DP18: a list may also be written as text with commas or line ends. */
function* splitText(text: string): Generator<Leaf> {
  for (const part of text.split(/[,\n]/)) {
    const value = part.trim();
    if (value !== '' && !empty.has(value.toLowerCase())) yield { value, typed: null };
  }
}

const empty: ReadonlySet<string> = new Set(['""', 'null', '~', 'none', 'n/a', '-', '--', '—', 'tbd']);

const nameKeys = ['feature', 'ref', 'id', 'slug', 'path', 'value', 'target'];

/** LK6: an object that names one thing and says how it relates. */
function readTyped(object: Readonly<Record<string, unknown>>): Leaf | null {
  const value = nameKeys.map((key) => object[key]).find((name) => typeof name === 'string' && name !== '');
  if (typeof value !== 'string') return null;
  const { type, confidence, source, notes } = object;
  const typed: TypedReference = {
    ...(typeof type === 'string' ? { type } : {}),
    ...(typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? { confidence } : {}),
    ...(typeof source === 'string' ? { source } : {}),
    ...(typeof notes === 'string' ? { notes } : {}),
  };
  return { value: value.trim(), typed: Object.keys(typed).length === 0 ? null : typed };
}

function* leavesOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) yield* leavesOf(item);
  }
}

/** LK4: a whole text that is a path, not a sentence that ends with one. */
function isPathLeaf(text: string): boolean {
  return text.length <= 1000 && text.includes('.md') && !/\s/.test(text.trim());
}
