/** Work items put into the fake without a call: those of other people, pushed ones, and those in the recycle bin (FK13). */
import { owner } from './item-change.ts';
import { markerUrl, toMarkerLink, type Marker } from './marker.ts';
import { findType } from './process-template.ts';
import { normalizeTags } from './tags.ts';
import { parentRel, type FieldValue, type Link } from './work-item.ts';
import { findProject, type World } from './world.ts';

export interface ItemSeed {
  readonly project?: string;
  readonly type: string;
  readonly title: string;
  readonly fields?: Readonly<Record<string, FieldValue>>;
  /** Id of a work item that is there already. */
  readonly parent?: number;
  /** Without one the work item is somebody else's. */
  readonly marker?: Marker | string;
  readonly hyperlinks?: readonly string[];
  readonly isDeleted?: boolean;
  readonly id?: number;
}

/** So many of one kind, titled by number. */
export interface ManyItemsSeed {
  readonly count: number;
  readonly project?: string;
  readonly type?: string;
  readonly title?: string;
}

export function seedItem(world: World, seed: ItemSeed): number {
  const project = findProject(world, seed.project ?? world.settings.projects[0]?.name ?? '');
  if (project === undefined) throw new Error(`No project "${seed.project}"`);
  const type = findType(project.process, seed.type);
  if (type === undefined) throw new Error(`No type "${seed.type}" in ${project.process.name}`);
  const id = seed.id ?? world.items.nextId();
  const marker = typeof seed.marker === 'object' ? markerUrl(seed.marker) : seed.marker;
  const links: Link[] = [
    ...(seed.parent === undefined ? [] : [{ rel: parentRel, target: seed.parent, comment: null }]),
    ...(marker === undefined ? [] : [toMarkerLink(marker)]),
    ...(seed.hyperlinks ?? []).map((url) => ({ rel: 'Hyperlink', url, comment: null })),
  ];
  const state = type.states[0]?.[0] ?? 'New';
  const defaults = type.fields.flatMap(({ referenceName, defaultValue }) =>
    defaultValue === undefined ? [] : [[referenceName, defaultValue] as const],
  );
  const atMs = world.nowMs();
  world.items.add({
    id,
    projectId: project.id,
    type: type.name,
    deletedMs: seed.isDeleted === true ? atMs : null,
    versions: [
      {
        rev: 1,
        atMs,
        by: marker === undefined ? 'somebody@contoso.example' : owner,
        links,
        fields: {
          'System.Title': seed.title,
          'System.State': state,
          'System.Reason': state,
          'System.AreaPath': project.name,
          'System.IterationPath': project.name,
          ...Object.fromEntries(defaults),
          ...seed.fields,
          ...(seed.fields?.['System.Tags'] === undefined
            ? {}
            : { 'System.Tags': normalizeTags(String(seed.fields['System.Tags'])) }),
        },
      },
    ],
  });
  return id;
}

export function seedMany(
  world: World,
  { count, project, type = 'Task', title = 'Foreign' }: ManyItemsSeed,
): number[] {
  return Array.from({ length: count }, (_, index) =>
    seedItem(world, { ...(project === undefined ? {} : { project }), type, title: `${title} ${index + 1}` }),
  );
}
