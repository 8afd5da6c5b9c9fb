/** Whoever remembers what clients were told, and finds in the tables what is not so. */
import { until } from '../../support/until.ts';
import {
  findLeftLeases,
  findStuck,
  findWrongDocuments,
  findWrongEnds,
  findWrongFailures,
  findWrongTelling,
} from './checks.ts';
import type { JournalFollower } from './journal-follower.ts';
import type { Store } from './store.ts';

/** What is looked at while nothing runs. */
export interface Scene {
  /** Processes of the servers that live. */
  readonly alive: readonly number[];
  readonly slug: string;
  readonly root: string;
  /** What the server has written to stderr. */
  readonly said: string;
}

export class Witness {
  /** Ids of operations that an answer has named. */
  readonly acknowledged = new Set<string>();
  readonly #store: Store;
  readonly #follower: JournalFollower;
  #checkedSeq = 0;
  #checkedId = '';

  constructor(store: Store, follower: JournalFollower) {
    this.#store = store;
    this.#follower = follower;
  }

  /** Where in what the follower has heard the present step begins. */
  get checkedSeq(): number {
    return this.#checkedSeq;
  }

  async look({ alive, slug, root, said }: Scene): Promise<string[]> {
    const { sql } = this.#store;
    const [newest] = await sql<{ head: string }[]>`select head from journal_state`;
    // What it has not heard by then is found missing.
    await until('the client has caught up', () => this.#follower.lastSeq >= Number(newest?.head), {
      withinMs: 60_000,
    }).catch(() => undefined);
    const telling = await findWrongTelling(sql, this.#follower.heard, this.#checkedSeq);
    const wrong = [
      ...telling.wrong,
      ...this.#follower.resets.splice(0).map((reset) => `the client was reset: ${JSON.stringify(reset)}`),
      ...(await this.#findLostOperations()),
      ...(await findWrongEnds(sql, this.#checkedId)),
      ...(await findWrongFailures(sql, this.#checkedId)),
      ...(await findStuck(sql, alive)),
      ...(await findLeftLeases(sql)),
      ...(await findWrongDocuments(sql, slug, root)),
      ...(said === '' ? [] : [`the server complained: ${said.slice(0, 600)}`]),
    ];
    this.#checkedSeq = telling.head;
    const [last] = await sql<{ id: string | null }[]>`select max(id) as id from operations`;
    this.#checkedId = last?.id ?? '';
    return wrong;
  }

  async #findLostOperations(): Promise<string[]> {
    const ids = [...this.acknowledged];
    this.acknowledged.clear();
    const rows = await this.#store.sql<{ id: string }[]>`
      select id from operations where id > ${this.#checkedId}`;
    const known = new Set(rows.map(({ id }) => id));
    return ids.filter((id) => !known.has(id)).map((id) => `${id} was acknowledged and is lost`);
  }
}
