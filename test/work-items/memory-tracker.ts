/** A project of Azure DevOps in memory that can fail in every ambiguous way, for laws about pushes (RC4, RC10). */
import {
  TrackerFailure,
  type CallOptions,
  type CreateOutcome,
  type Deletion,
  type NewItem,
  type PatchOperation,
  type TargetField,
  type TargetItem,
  type TargetProject,
  type TargetRelation,
  type TargetWorkItemType,
  type Tracker,
  type TrackerFailureKind,
} from '../../server/features/work-items/tracker.ts';

/** What happens to one call. `stored`: it takes effect, and the answer is lost. */
export type Fault =
  | 'stored'
  | 'not-stored'
  | 'refused'
  | 'rejected'
  | 'throttled'
  | 'stale'
  | 'auth'
  | 'kill-before'
  | 'kill-after';

export type Method =
  | 'create'
  | 'batch'
  | 'update'
  | 'delete'
  | 'read'
  | 'hyperlink'
  | 'candidates'
  | 'field'
  | 'project'
  | 'probe';

interface StoredItem {
  readonly id: number;
  rev: number;
  type: string;
  projectName: string;
  fields: Record<string, unknown>;
  relations: TargetRelation[];
  isDeleted: boolean;
}

export interface MemoryTrackerOptions {
  /** Which fault meets this call, if any. */
  readonly fault?: (method: Method, call: number) => Fault | null;
  /** After how many further calls a hyperlink is found; infinite: never. */
  readonly hyperlinkDelay?: number;
  /** The same of queries. */
  readonly queryDelay?: number;
  readonly organization?: string;
  /** Called when a fault kills whoever calls; the call then fails like a process that is gone. */
  readonly onKill?: () => void;
  readonly latencyMs?: number;
}

export class Killed extends Error {
  override readonly name = 'Killed';
}

export const project: TargetProject = {
  id: '0f6d3c1e-0000-4000-8000-000000000001',
  name: 'Fabrikam',
  processName: 'Agile',
  processTypeId: 'adcc42ab-9882-485e-a3ed-7678f01f66bc',
};

const parentRel = 'System.LinkTypes.Hierarchy-Reverse';
const childRel = 'System.LinkTypes.Hierarchy-Forward';

export class MemoryTracker implements Tracker {
  readonly organization: string;
  readonly items = new Map<number, StoredItem>();
  /** Methods of all calls that were sent, in order. */
  readonly calls: Method[] = [];
  /** Titles or ids of all writes that took effect. */
  readonly writes: string[] = [];
  readonly project: TargetProject = project;
  options: MemoryTrackerOptions;
  isProjectGone = false;
  #lastId = 0;
  #madeAt = new Map<number, number>();

  constructor(options: MemoryTrackerOptions = {}) {
    this.options = options;
    this.organization = options.organization ?? 'contoso';
  }

  get live(): readonly StoredItem[] {
    return [...this.items.values()].filter(({ isDeleted }) => !isDeleted);
  }

  /** Ids of live items by the address of their marker. */
  countByMarker(): Map<string, number[]> {
    const byMarker = new Map<string, number[]>();
    for (const { id, relations } of this.live) {
      for (const { rel, url } of relations) {
        if (rel === 'Hyperlink') byMarker.set(url, [...(byMarker.get(url) ?? []), id]);
      }
    }
    return byMarker;
  }

  parentOf(id: number): number | null {
    const link = this.items.get(id)?.relations.find(({ rel }) => rel === parentRel);
    return link === undefined ? null : Number(link.url.split('/').at(-1));
  }

  /** As people do it, behind our back. */
  edit(id: number, fields: Record<string, unknown>): void {
    const item = this.#require(id);
    item.fields = { ...item.fields, ...fields };
    item.rev += 1;
  }

  remove(id: number): void {
    this.#require(id).isDeleted = true;
  }

  /** A work item that is none of ours. */
  seed(type: string, title: string, relations: TargetRelation[] = []): number {
    return this.#insert(type, { 'System.Title': title }, relations).id;
  }

  async findProject(): Promise<TargetProject> {
    return await this.#call('project', () => {
      if (this.isProjectGone) throw failure('not-found', false, 'TF200016: The project does not exist.');
      return project;
    });
  }

  async readTypes() {
    const [epic, feature, requirement] = ['Epic', 'Feature', 'User Story'].map(toType);
    return await Promise.resolve({
      epic: epic ?? null,
      feature: feature ?? null,
      requirement: requirement ?? null,
      task: toType('Task'),
    });
  }

  async readItems(ids: readonly number[]): Promise<ReadonlyMap<number, TargetItem>> {
    if (ids.length === 0) return new Map();
    return await this.#call('read', () => {
      const found = ids.flatMap((id) => this.items.get(id) ?? []).filter(({ isDeleted }) => !isDeleted);
      return new Map(found.map((item) => [item.id, this.#toTarget(item)]));
    });
  }

  async *listIds(): AsyncIterable<readonly number[]> {
    const ids = this.live.map(({ id }) => id);
    for (let from = 0; from < ids.length; from += 100)
      yield await Promise.resolve(ids.slice(from, from + 100));
  }

  async findCandidates(
    _project: TargetProject,
    { type, title }: { readonly type: string; readonly title: string },
  ): Promise<readonly number[]> {
    return await this.#call('candidates', () =>
      this.#visible(this.options.queryDelay)
        .filter((item) => item.type === type && item.fields['System.Title'] === title)
        .map(({ id }) => id),
    );
  }

  async findByField(_project: TargetProject, field: string, value: string): Promise<readonly number[]> {
    return await this.#call('field', () =>
      this.#visible(this.options.queryDelay)
        .filter(({ fields }) => fields[field] === value)
        .map(({ id }) => id),
    );
  }

  async findByHyperlink(
    _project: TargetProject,
    urls: readonly string[],
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    return await this.#call('hyperlink', () => {
      const seen = this.#visible(this.options.hyperlinkDelay);
      const has = (item: StoredItem, url: string) =>
        item.relations.some((relation) => relation.rel === 'Hyperlink' && relation.url === url);
      return new Map(urls.map((url) => [url, seen.filter((item) => has(item, url)).map(({ id }) => id)]));
    });
  }

  async create(_project: TargetProject, item: NewItem, how: CallOptions = {}): Promise<TargetItem> {
    return await this.#call('create', () => this.#make(item), how);
  }

  async createMany(
    _project: TargetProject,
    items: readonly NewItem[],
    how: CallOptions = {},
  ): Promise<readonly CreateOutcome[]> {
    return await this.#call(
      'batch',
      () => items.map((item) => ({ ok: true as const, item: this.#make(item) })),
      how,
    );
  }

  async update(id: number, patch: readonly PatchOperation[], how: CallOptions = {}): Promise<TargetItem> {
    return await this.#call('update', () => this.#patch(id, patch), how);
  }

  async probe(): Promise<void> {
    await this.#call('probe', () => undefined);
  }

  async delete(_project: TargetProject, ids: readonly number[]): Promise<readonly Deletion[]> {
    return await this.#call('delete', () =>
      ids.map((id): Deletion => {
        const item = this.items.get(id);
        if (item === undefined || item.isDeleted) {
          return { id, outcome: 'gone', code: '404', message: 'TF401232' };
        }
        if (item.type === 'Test Case') {
          return { id, outcome: 'failed', code: '400', message: 'Test cases are not deleted here.' };
        }
        item.isDeleted = true;
        this.writes.push(`delete ${id}`);
        return { id, outcome: 'deleted', code: '200', message: '' };
      }),
    );
  }

  workItemUrl(id: number): string {
    return `https://dev.azure.com/${this.organization}/_apis/wit/workItems/${id}`;
  }

  async #call<T>(method: Method, work: () => T, { signal }: CallOptions = {}): Promise<T> {
    signal?.throwIfAborted();
    this.calls.push(method);
    const fault = this.options.fault?.(method, this.calls.length) ?? null;
    await new Promise<void>((resolve) => {
      const { latencyMs = 0 } = this.options;
      if (latencyMs === 0) setImmediate(resolve);
      else setTimeout(resolve, latencyMs);
    });
    if (fault === null) return work();
    return this.#fail(fault, method, work);
  }

  #fail<T>(fault: Fault, method: Method, work: () => T): never {
    const isWrite = ['create', 'batch', 'update', 'delete'].includes(method);
    if (fault === 'stored' || fault === 'kill-after') tolerate(work);
    if (fault === 'kill-before' || fault === 'kill-after') {
      this.options.onKill?.();
      throw new Killed('The process is gone.');
    }
    if (fault === 'stored' || fault === 'not-stored') throw failure('network', isWrite, 'socket hang up');
    if (fault === 'auth') throw failure('auth', isWrite && method === 'create', 'TF400813: not authorized');
    if (fault === 'throttled') throw failure('throttled', false, 'TF400733: too many requests');
    if (fault === 'stale') {
      throw failure(method === 'update' ? 'stale' : 'server', false, 'TF26071: changed by somebody else');
    }
    throw failure(fault === 'rejected' ? 'rejected' : 'server', false, 'VS403000: refused');
  }

  #visible(delay = 0): readonly StoredItem[] {
    return this.live.filter(({ id }) => this.calls.length - (this.#madeAt.get(id) ?? 0) > delay);
  }

  #make({ type, patch }: NewItem): TargetItem {
    const fields: Record<string, unknown> = {};
    const relations: TargetRelation[] = [];
    const seen = new Set<string>();
    for (const { path, value } of patch) {
      if (path === '/relations/-') relations.push(value as TargetRelation);
      else if (seen.has(path)) throw failure('rejected', false, `VS403691: ${path} twice`);
      else fields[path.replace('/fields/', '')] = value;
      if (path !== '/relations/-') seen.add(path);
    }
    const item = this.#insert(type, fields, relations);
    this.writes.push(`create ${String(fields['System.Title'])}`);
    return this.#toTarget(item);
  }

  #insert(type: string, fields: Record<string, unknown>, relations: TargetRelation[]): StoredItem {
    const id = (this.#lastId += 1);
    const parent = relations.find(({ rel }) => rel === parentRel);
    if (parent !== undefined) this.#link(Number(parent.url.split('/').at(-1)), id);
    const item = { id, rev: 1, type, projectName: project.name, fields, relations, isDeleted: false };
    this.items.set(id, item);
    this.#madeAt.set(id, this.calls.length);
    return item;
  }

  #link(parentId: number, childId: number): void {
    const parent = this.#require(parentId);
    parent.relations.push({ rel: childRel, url: this.workItemUrl(childId), attributes: {} });
  }

  #patch(id: number, patch: readonly PatchOperation[]): TargetItem {
    const item = this.#require(id);
    for (const { op, path, value } of patch) {
      if (op === 'test' && value !== item.rev) throw failure('stale', false, 'TF26071: stale');
      if (path.startsWith('/fields/')) {
        if (op === 'remove') delete item.fields[path.slice('/fields/'.length)];
        else item.fields[path.slice('/fields/'.length)] = value;
      } else if (path === '/relations/-') {
        const relation = value as TargetRelation;
        item.relations.push(relation);
        if (relation.rel === parentRel) this.#link(Number(relation.url.split('/').at(-1)), id);
      } else if (op === 'remove') item.relations.splice(Number(path.split('/').at(-1)), 1);
    }
    item.rev += 1;
    this.writes.push(`update ${id}`);
    return this.#toTarget(item);
  }

  #require(id: number): StoredItem {
    const item = this.items.get(id);
    if (item === undefined || item.isDeleted) throw failure('not-found', false, `TF401232: ${id} is missing`);
    return item;
  }

  #toTarget({ id, rev, type, projectName, fields, relations }: StoredItem): TargetItem {
    const htmlUrl = `https://dev.azure.com/${this.organization}/Fabrikam/_workitems/edit/${id}`;
    const changedBy = { displayName: 'Ada' };
    return {
      id,
      rev,
      type,
      projectName,
      fields: { ...fields },
      relations: [...relations],
      htmlUrl,
      changedBy,
    };
  }
}

function failure(kind: TrackerFailureKind, isAmbiguous: boolean, message: string): TrackerFailure {
  return new TrackerFailure(message, { kind, isAmbiguous });
}

/** What is refused takes no effect, whatever becomes of the answer. */
function tolerate(work: () => unknown): void {
  try {
    work();
  } catch (refusal) {
    if (!(refusal instanceof TrackerFailure)) throw refusal;
  }
}

function toType(name: string): TargetWorkItemType {
  const fields = ['System.Title', 'System.Description', 'System.Tags'].map((referenceName): TargetField => ({
    referenceName,
    name: referenceName.replace('System.', ''),
    type: referenceName === 'System.Description' ? 'html' : 'string',
    isRequired: referenceName === 'System.Title',
    defaultValue: null,
    allowedValues: null,
  }));
  return { name, referenceName: name, fields: new Map(fields.map((field) => [field.referenceName, field])) };
}
