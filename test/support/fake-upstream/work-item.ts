/** A work item as the fake keeps it: every version it ever had, the last one in force. */

export type FieldValue = string | number | boolean;
export type Fields = Readonly<Record<string, FieldValue>>;

/** To another work item, or to an address outside. */
export type Link =
  | { readonly rel: string; readonly target: number; readonly comment: string | null }
  | { readonly rel: string; readonly url: string; readonly comment: string | null };

export interface Version {
  readonly rev: number;
  readonly fields: Fields;
  readonly links: readonly Link[];
  readonly atMs: number;
  readonly by: string;
}

export interface WorkItem {
  readonly id: number;
  readonly projectId: string;
  readonly type: string;
  readonly versions: Version[];
  deletedMs: number | null;
}

/** What a change starts from and ends in. */
export interface Draft {
  readonly fields: Record<string, FieldValue>;
  readonly links: readonly Link[];
}

export const parentRel = 'System.LinkTypes.Hierarchy-Reverse';
export const childRel = 'System.LinkTypes.Hierarchy-Forward';

const mirrors: Readonly<Record<string, string>> = {
  [parentRel]: childRel,
  [childRel]: parentRel,
  'System.LinkTypes.Related': 'System.LinkTypes.Related',
  'System.LinkTypes.Dependency-Forward': 'System.LinkTypes.Dependency-Reverse',
  'System.LinkTypes.Dependency-Reverse': 'System.LinkTypes.Dependency-Forward',
};

export const workItemRels: readonly string[] = Object.keys(mirrors);

/** How the other side of a link between work items calls it. */
export const mirrorOf = (rel: string): string | undefined => mirrors[rel];

export const linkNames: Readonly<Record<string, string>> = {
  [parentRel]: 'Parent',
  [childRel]: 'Child',
  'System.LinkTypes.Related': 'Related',
  'System.LinkTypes.Dependency-Forward': 'Successor',
  'System.LinkTypes.Dependency-Reverse': 'Predecessor',
  Hyperlink: 'Hyperlink',
  ArtifactLink: 'Artifact Link',
  AttachedFile: 'Attached File',
};

export function currentVersion(item: WorkItem): Version {
  const version = item.versions.at(-1);
  if (version === undefined) throw new Error(`Work item ${item.id} has no version`);
  return version;
}

export function firstVersion(item: WorkItem): Version {
  return item.versions[0] ?? currentVersion(item);
}

export const parentOf = ({ links }: Pick<Version, 'links'>): number | undefined =>
  links.flatMap((link) => (link.rel === parentRel && 'target' in link ? [link.target] : []))[0];

export const isSameLink = (a: Link, b: Link): boolean =>
  a.rel === b.rel && ('target' in a ? 'target' in b && a.target === b.target : 'url' in b && a.url === b.url);
