/** Finds work items by their marker: by field, by hyperlink, by type and title, in this order (RC5). */
import type { PushWarning } from '../../../../shared/work-items.ts';
import { hasMarker } from '../plan/marker.ts';
import type { TargetItem } from '../tracker.ts';
import type { TargetAccess } from './target-access.ts';

/** An item that may be there already. */
export interface Sought {
  readonly sourceId: string;
  readonly type: string;
  readonly title: string;
  /** It cannot be older; null if nothing is known. */
  readonly since: Date | null;
}

/** By source id, oldest first; an item that was not found is absent. */
export type Found = ReadonlyMap<string, readonly TargetItem[]>;

type Method = 'field' | 'hyperlink' | 'candidates';

/** The service's clock and ours may differ by this much. */
const clockSlackMs = 5 * 60_000;
const urlsInOneCall = 200;

export class LookUp {
  readonly #access: TargetAccess;
  /** Methods that have not been shown to be blind. */
  readonly #methods: Method[];
  #isVerified = false;

  constructor(access: TargetAccess) {
    this.#access = access;
    const field: Method[] = access.markerField === null ? [] : ['field'];
    this.#methods = [...field, 'hyperlink', 'candidates'];
  }

  get isVerified(): boolean {
    return this.#isVerified;
  }

  get seesHyperlinks(): boolean {
    return this.#methods.includes('hyperlink');
  }

  /** By every method that works until it is found. Throws when one of them could not be asked. */
  async find(sought: readonly Sought[]): Promise<Found> {
    const found = new Map<string, readonly TargetItem[]>();
    for (const method of this.#methods) {
      const missing = sought.filter(({ sourceId }) => !found.has(sourceId));
      if (missing.length === 0) break;
      for (const [sourceId, items] of await this.#findBy(method, missing)) found.set(sourceId, items);
    }
    return found;
  }

  /** One call for 200 items: what can be asked of a whole tree. */
  async findByHyperlink(sought: readonly Sought[]): Promise<Found> {
    return await this.#findBy('hyperlink', sought);
  }

  /**
   * Asks each method for a work item that is known to exist: one that does not see it is not asked again. Once a push;
   * answers what people should know.
   */
  async verify(known: Sought): Promise<readonly PushWarning[]> {
    this.#isVerified = true;
    for (const method of this.#methods.slice(0, -1)) {
      const seen = await this.#findBy(method, [known]);
      if (seen.has(known.sourceId)) return [];
      this.#methods.splice(this.#methods.indexOf(method), 1);
      if (method === 'field') continue;
      return [
        {
          code: 'look_up_blind',
          message:
            'Azure DevOps does not find work items by their hyperlink at once; items whose creation is in doubt are looked for by type and title.',
        },
      ];
    }
    return [];
  }

  async #findBy(method: Method, sought: readonly Sought[]): Promise<Found> {
    const ids = await this.#listIds(method, sought);
    const all = new Set([...ids.values()].flat());
    if (all.size === 0) return new Map();
    const { tracker, project, calls } = this.#access;
    const items = await tracker.readItems([...all], calls);
    const isHere = (item: TargetItem) => item.projectName.toLowerCase() === project.name.toLowerCase();
    const found = new Map<string, readonly TargetItem[]>();
    for (const [sourceId, candidates] of ids) {
      const ours = [...new Set(candidates)]
        .flatMap((id) => items.get(id) ?? [])
        .filter((item) => isHere(item) && this.#isOurs(method, sourceId, item))
        .toSorted((one, other) => one.id - other.id);
      if (ours.length > 0) found.set(sourceId, ours);
    }
    return found;
  }

  #isOurs(method: Method, sourceId: string, item: TargetItem): boolean {
    return method === 'field' || hasMarker(item, this.#access.markerOf(sourceId));
  }

  async #listIds(method: Method, sought: readonly Sought[]): Promise<Map<string, readonly number[]>> {
    if (method === 'hyperlink') return await this.#listByHyperlink(sought);
    const ids = new Map<string, readonly number[]>();
    for (const one of sought) {
      ids.set(one.sourceId, await (method === 'field' ? this.#listByField(one) : this.#listCandidates(one)));
    }
    return ids;
  }

  async #listByHyperlink(sought: readonly Sought[]): Promise<Map<string, readonly number[]>> {
    const { tracker, project, calls } = this.#access;
    const ids = new Map<string, readonly number[]>();
    for (let from = 0; from < sought.length; from += urlsInOneCall) {
      const some = sought.slice(from, from + urlsInOneCall);
      const urls = some.map(({ sourceId }) => this.#access.markerOf(sourceId));
      const byUrl = await tracker.findByHyperlink(project, urls, calls);
      for (const [index, { sourceId }] of some.entries())
        ids.set(sourceId, byUrl.get(urls[index] ?? '') ?? []);
    }
    return ids;
  }

  async #listByField({ sourceId }: Sought): Promise<readonly number[]> {
    const { tracker, project, markerField, calls } = this.#access;
    if (markerField === null) return [];
    return await tracker.findByField(project, markerField, this.#access.sourceKeyOf(sourceId), calls);
  }

  async #listCandidates({ type, title, since }: Sought): Promise<readonly number[]> {
    const { tracker, project, calls } = this.#access;
    const createdSince = new Date(since === null ? 0 : since.getTime() - clockSlackMs);
    return await tracker.findCandidates(project, { type, title, createdSince }, calls);
  }
}
