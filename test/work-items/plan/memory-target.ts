/** A target that applies patches as the service does, with its habits: tags in its own order, numbers as text. */
import { toCreatePatch, toUpdatePatch } from '../../../server/features/work-items/plan/patch.ts';
import { toMarkerUrl } from '../../../server/features/work-items/plan/marker.ts';
import type { LedgerEntry, PlannedItem, PushPlan } from '../../../server/features/work-items/planned.ts';
import type {
  PatchOperation,
  TargetItem,
  TargetRelation,
} from '../../../server/features/work-items/tracker.ts';
import { toEntry, toTarget, workItemUrl } from '../planning-kit.ts';

export class MemoryTarget {
  readonly items = new Map<number, TargetItem>();
  readonly ledger = new Map<string, LedgerEntry>();
  readonly patches: (readonly PatchOperation[])[] = [];
  #nextId = 1;

  /** Does what the plan says, and skips what hangs under a blocked item. */
  apply(plan: PushPlan): void {
    for (const id of plan.deletions) this.items.delete(id);
    for (const planned of plan.items) {
      if (planned.action === 'create') this.#create(planned);
      else if (planned.action === 'update') this.#update(planned);
      if (planned.action === 'unchanged' && planned.workItemId !== null)
        this.#remember(planned, planned.workItemId);
    }
  }

  edit(id: number, fields: Readonly<Record<string, unknown>>): void {
    const item = this.items.get(id);
    if (item !== undefined)
      this.items.set(id, { ...item, rev: item.rev + 1, fields: { ...item.fields, ...fields } });
  }

  /** Work items by the addresses of their markers. */
  byMarker(sourceIds: readonly string[]): Map<string, readonly number[]> {
    const all = [...this.items.values()];
    return new Map(
      sourceIds.map((sourceId) => {
        const url = toMarkerUrl('https://sync.example', 'ardoq', '', sourceId);
        return [
          sourceId,
          all.filter(({ relations }) => relations.some((each) => each.url === url)).map(({ id }) => id),
        ];
      }),
    );
  }

  #create(planned: PlannedItem): void {
    const id = this.#nextId++;
    const patch = toCreatePatch(planned, {
      parentUrl: this.#parentUrl(planned),
      markerUrl: toMarkerUrl('https://sync.example', 'ardoq', '', planned.item.sourceId),
      markerField: null,
    });
    this.#store(toTarget(id, { rev: 0, type: planned.targetType }), patch);
    this.#remember(planned, id);
  }

  #update(planned: PlannedItem): void {
    const item = this.items.get(planned.workItemId ?? -1);
    if (item === undefined) throw new Error('Only what exists can be updated');
    this.#store(item, toUpdatePatch(planned, item, this.#parentUrl(planned)));
    this.#remember(planned, item.id);
  }

  #parentUrl({ item }: PlannedItem): string | null {
    if (item.parentId === null) return null;
    const id = this.ledger.get(item.parentId)?.workItemId;
    if (id === undefined || id === null) throw new Error(`${item.sourceId} came before its parent`);
    return workItemUrl(id);
  }

  #remember(planned: PlannedItem, id: number): void {
    this.ledger.set(planned.item.sourceId, toEntry(planned, id));
  }

  #store(item: TargetItem, patch: readonly PatchOperation[]): void {
    this.patches.push(patch);
    const fields: Record<string, unknown> = { ...item.fields };
    let relations: readonly TargetRelation[] = item.relations;
    for (const { op, path, value } of patch) {
      const [, room, name = ''] = path.split('/');
      if (op === 'test' && value !== item.rev) throw new Error(`Stale: ${String(value)} is not ${item.rev}`);
      if (room === 'fields' && op === 'add') fields[name] = toStored(name, value);
      if (room === 'fields' && op === 'remove') delete fields[name];
      if (room === 'relations' && op === 'add') relations = [...relations, value as TargetRelation];
      if (room === 'relations' && op === 'remove')
        relations = relations.filter((_, index) => index !== Number(name));
    }
    this.items.set(item.id, { ...item, rev: item.rev + 1, fields, relations });
  }
}

function toStored(name: string, value: unknown): unknown {
  if (name === 'System.Tags')
    return String(value)
      .split(';')
      .map((tag) => tag.trim())
      .reverse()
      .join('; ');
  return typeof value === 'number' ? String(value) : value;
}
