/** Whose turn it is to watch a project: one server of several holds its lease, the others stand by (WT13). */
import type { ProjectId } from '../shared/ids.ts';
import type { Leases } from './core/leases.ts';
import type { Db } from './db/open.ts';

const prefix = 'watch:';

export class WatchTurns {
  readonly #db: Db;
  readonly #leases: Leases;

  constructor(options: { db: Db; leases: Leases }) {
    this.#db = options.db;
    this.#leases = options.leases;
  }

  /** True when the turn is ours from now on, for as long as this process sends heartbeats. */
  async take(id: ProjectId): Promise<boolean> {
    return (await this.#leases.claim(this.#db, prefix + id)) !== null;
  }

  /** Another server may watch at once. */
  async pass(id: ProjectId): Promise<void> {
    await this.#leases.drop(this.#db, prefix + id);
  }

  /** How the turns stand: which of the projects are ours, and which may be taken. */
  async look(ids: Iterable<ProjectId>): Promise<{ ours: Set<ProjectId>; free: Set<ProjectId> }> {
    const taken = await this.#leases.list(this.#db, prefix);
    const ours = new Set<ProjectId>();
    const free = new Set<ProjectId>();
    for (const id of ids) {
      const lease = taken.get(prefix + id);
      if (lease === undefined || lease.isOver) free.add(id);
      else if (lease.isOurs) ours.add(id);
    }
    return { ours, free };
  }
}
