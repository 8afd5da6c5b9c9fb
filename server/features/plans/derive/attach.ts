/** The rules by which a document finds its feature, or makes one (FT4). */
import type { AttachmentKeys } from './plan-document.ts';
import type { Reference } from './references.ts';

/** What is known of features when documents of one round look for theirs: only what earlier rounds have found. */
export interface KnownFeatures {
  isFeature(slug: string): boolean;
  /** The newest of the features that differ from a slug by their version at most. */
  findNewest(slug: string): string | undefined;
  /** Of the document at this path. */
  featureAt(path: string): string | undefined;
}

/** Every document of the project, also those without front matter. */
export interface DocumentPaths {
  typeAt(path: string): string | undefined;
  /** LK2: the path itself, else the only one that ends so. */
  resolve(path: string): string | undefined;
}

export interface Attachment {
  readonly feature: string;
  /** Nothing fitted: the document stands for a feature of its own. */
  readonly isMaker: boolean;
}

/** Plans, PRDs, progress, and the rest: each hangs on what the rounds before it have found, never on its own. */
export type Round = 0 | 1 | 2 | 3;

export function toRound(keys: AttachmentKeys, paths: DocumentPaths): Round {
  const { type, stem } = keys;
  if (stem === 'readme') return 3;
  if (type === 'prd') return 1;
  if (type === 'progress') return 2;
  const isPlan = type === 'implementation_plan' && !stem.includes('summary');
  return isPlan && findPlanBeside(keys.path, paths) === undefined ? 0 : 3;
}

export function findAttachment(
  keys: AttachmentKeys,
  round: Round,
  features: KnownFeatures,
  paths: DocumentPaths,
): Attachment | undefined {
  const found = new Search(features, paths);
  switch (round) {
    case 0:
      return { feature: keys.stem, isMaker: true };
    case 1:
      return toAttachment(findForPrd(keys, found), nameOfPrd(keys));
    case 2:
      return toAttachment(findForProgress(keys, found), nameOfProgress(keys));
    case 3:
      return toAttachment(findForOther(keys, found), undefined);
  }
}

function toAttachment(found: string | undefined, name: string | undefined): Attachment | undefined {
  if (found !== undefined) return { feature: found, isMaker: false };
  return name === undefined ? undefined : { feature: name, isMaker: true };
}

/** FT4.1: the plan whose folder of parts this file lies in. */
function findPlanBeside(path: string, paths: DocumentPaths): string | undefined {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const beside = `${path.slice(0, end)}.md`;
    if (paths.typeAt(beside) === 'implementation_plan') return beside;
  }
  return undefined;
}

function findForPrd({ declared, pathSlug, stem, plans }: AttachmentKeys, found: Search): string | undefined {
  const own = [declared, pathSlug, stem];
  return found.exact(own) ?? found.referred(plans) ?? found.newest(own);
}

const nameOfPrd = ({ declared, pathSlug, stem }: AttachmentKeys): string => declared ?? pathSlug ?? stem;

function findForProgress(keys: AttachmentKeys, found: Search): string | undefined {
  const { isQuick, progressFolder, pathSlug, declared, prds, plans } = keys;
  if (isQuick) {
    const named = found.referred(prds) ?? found.exact([declared, pathSlug]);
    return named ?? found.newest([...slugsOf(prds), declared, pathSlug]);
  }
  const place = progressFolder ?? pathSlug;
  return (
    found.exact([place]) ??
    found.referred(prds) ??
    found.exact([declared]) ??
    found.referred(plans) ??
    found.newest([place, ...slugsOf(prds), declared])
  );
}

const nameOfProgress = ({ isQuick, progressFolder, declared, pathSlug, stem }: AttachmentKeys): string =>
  (isQuick ? undefined : progressFolder) ?? declared ?? pathSlug ?? stem;

function findForOther(keys: AttachmentKeys, found: Search): string | undefined {
  const { path, declared, pathSlug, features, prds, plans } = keys;
  return (
    found.beside(path) ??
    found.exact([declared, pathSlug, ...slugsOf(features)]) ??
    found.referred([...features, ...prds, ...plans]) ??
    found.newest([declared, pathSlug, ...slugsOf(features), ...slugsOf(prds)])
  );
}

const slugsOf = (references: readonly Reference[]): string[] =>
  references.flatMap((reference) => (reference.kind === 'slug' ? [reference.slug] : []));

type Slugs = readonly (string | undefined)[];

class Search {
  readonly #features: KnownFeatures;
  readonly #paths: DocumentPaths;

  constructor(features: KnownFeatures, paths: DocumentPaths) {
    this.#features = features;
    this.#paths = paths;
  }

  exact(slugs: Slugs): string | undefined {
    return slugs.find((slug) => slug !== undefined && this.#features.isFeature(slug));
  }

  newest(slugs: Slugs): string | undefined {
    for (const slug of slugs) {
      const feature = slug === undefined ? undefined : this.#features.findNewest(slug);
      if (feature !== undefined) return feature;
    }
    return undefined;
  }

  beside(path: string): string | undefined {
    const plan = findPlanBeside(path, this.#paths);
    return plan === undefined ? undefined : this.#features.featureAt(plan);
  }

  /** Slugs as they are, paths by the document they lead to, else by the name of the file. */
  referred(references: readonly Reference[]): string | undefined {
    for (const reference of references) {
      const feature =
        reference.kind === 'slug' ? this.exact([reference.slug]) : this.#featureByPath(reference.path);
      if (feature !== undefined) return feature;
    }
    return undefined;
  }

  #featureByPath(path: string): string | undefined {
    const document = this.#paths.resolve(path);
    return document === undefined ? this.exact([toStem(path)]) : this.#features.featureAt(document);
  }
}

export const toStem = (path: string): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.md$/, '')
    .toLowerCase();
