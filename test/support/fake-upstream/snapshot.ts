/** All that the fake has stored, as one text: equal texts, nothing changed (FK13). */
import { toCanonicalJson } from './canonical-json.ts';
import { currentVersion, parentOf, type WorkItem } from './work-item.ts';
import type { World } from './world.ts';

export interface SnapshotItem {
  readonly id: number;
  readonly rev: number;
  readonly project: string;
  readonly type: string;
  readonly title: string;
  readonly parent: number | null;
  readonly fields: WorkItem['versions'][number]['fields'];
  readonly links: WorkItem['versions'][number]['links'];
  readonly createdMs: number;
  readonly changedMs: number;
  readonly isDeleted: boolean;
}

export function listItems(world: World): SnapshotItem[] {
  return [...world.items.all()]
    .sort((a, b) => a.id - b.id)
    .map((item) => {
      const version = currentVersion(item);
      const links = world.items.visibleLinks(version);
      return {
        id: item.id,
        rev: version.rev,
        project: world.projects.get(item.projectId)?.name ?? item.projectId,
        type: item.type,
        title: String(version.fields['System.Title']),
        parent: parentOf({ links }) ?? null,
        fields: version.fields,
        links,
        createdMs: item.versions[0]?.atMs ?? 0,
        changedMs: version.atMs,
        isDeleted: item.deletedMs !== null,
      };
    });
}

export function takeSnapshot(world: World): string {
  const projects = [...world.projects.values()].map(({ id, name, process }) => ({
    id,
    name,
    process: process.name,
  }));
  const workspaces = [...world.workspaces.values()].map(({ id, components }) => ({ id, components }));
  return toCanonicalJson({ projects, items: listItems(world), workspaces });
}
