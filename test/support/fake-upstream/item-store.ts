/** All work items of the fake organisation, with the links between them and who carries which address. */
import { currentVersion, isSameLink, mirrorOf, type Link, type Version, type WorkItem } from './work-item.ts';

export interface ItemStore {
  nextId(): number;
  /** Also a deleted one. */
  find(id: number): WorkItem | undefined;
  findLive(id: number): WorkItem | undefined;
  all(): IterableIterator<WorkItem>;
  count(): number;
  add(item: WorkItem): void;
  /** A new version, with the other side of each added or removed link. */
  commit(item: WorkItem, version: Version, bumpMirrored: boolean): void;
  destroy(id: number): void;
  /** Work items that carry this address, with the time each got it. */
  withUrl(url: string): ReadonlyMap<number, number>;
  /** What links lead to somebody who still exists. */
  visibleLinks(version: Version): readonly Link[];
}

export function createItemStore(firstId = 1): ItemStore {
  const items = new Map<number, WorkItem>();
  const byUrl = new Map<string, Map<number, number>>();
  let lastId = firstId - 1;

  const indexUrls = (id: number, links: readonly Link[], atMs: number) => {
    for (const link of links) {
      if (!('url' in link)) continue;
      let carriers = byUrl.get(link.url);
      if (carriers === undefined) byUrl.set(link.url, (carriers = new Map()));
      if (!carriers.has(id)) carriers.set(id, atMs);
    }
  };
  const dropUrls = (id: number, links: readonly Link[]) => {
    for (const link of links) if ('url' in link) byUrl.get(link.url)?.delete(id);
  };

  /** The other side changes in its last version, or gets a new one where the service is read that way. */
  const mirror = (id: number, link: Link, isAdded: boolean, cause: Version, bump: boolean) => {
    const rel = 'target' in link ? mirrorOf(link.rel) : undefined;
    const other = 'target' in link ? items.get(link.target) : undefined;
    if (rel === undefined || other === undefined) return;
    const last = currentVersion(other);
    const mirrored: Link = { rel, target: id, comment: link.comment };
    const without = last.links.filter((each) => !isSameLink(each, mirrored));
    const links = isAdded ? [...without, mirrored] : without;
    if (bump) other.versions.push({ ...last, links, rev: last.rev + 1, atMs: cause.atMs, by: cause.by });
    else other.versions[other.versions.length - 1] = { ...last, links };
  };

  return {
    nextId: () => (lastId += 1),
    find: (id) => items.get(id),
    findLive(id) {
      const item = items.get(id);
      return item === undefined || item.deletedMs !== null ? undefined : item;
    },
    all: () => items.values(),
    count: () => items.size,
    add(item) {
      items.set(item.id, item);
      lastId = Math.max(lastId, item.id);
      const version = currentVersion(item);
      indexUrls(item.id, version.links, version.atMs);
      for (const link of version.links) mirror(item.id, link, true, version, false);
    },
    commit(item, version, bumpMirrored) {
      const before = currentVersion(item).links;
      item.versions.push(version);
      const added = version.links.filter((link) => !before.some((each) => isSameLink(each, link)));
      const removed = before.filter((link) => !version.links.some((each) => isSameLink(each, link)));
      dropUrls(item.id, removed);
      indexUrls(item.id, added, version.atMs);
      for (const link of removed) mirror(item.id, link, false, version, bumpMirrored);
      for (const link of added) mirror(item.id, link, true, version, bumpMirrored);
    },
    destroy(id) {
      const item = items.get(id);
      if (item === undefined) return;
      const version = currentVersion(item);
      dropUrls(id, version.links);
      for (const link of version.links) mirror(id, link, false, version, false);
      items.delete(id);
    },
    withUrl: (url) => byUrl.get(url) ?? new Map<number, number>(),
    visibleLinks: ({ links }) =>
      links.filter((link) => !('target' in link) || items.get(link.target)?.deletedMs === null),
  };
}
