/** The chain of the audit log: each row's hash covers the row and the hash before it (GU12). Pure. */
import { createHash } from 'node:crypto';

export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** An act as it is kept, before it has its place. */
export interface AuditEntry {
  readonly id: string;
  readonly action_type: string;
  readonly entity_type: string;
  readonly entity_id: string;
  readonly user_id: string | null;
  readonly source_ip: string | null;
  readonly user_agent: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly created_at: string;
}

export interface ChainedRow extends AuditEntry {
  readonly seq: number;
  readonly prev_hash: string;
  readonly hash: string;
}

export const chainStart: ChainHead = { seq: 0, hash: '0'.repeat(64) };

/** Of two heads the later: rows that are gone from the table are not written over. */
export const laterHead = (one: ChainHead, other: ChainHead): ChainHead => (other.seq > one.seq ? other : one);

export function chainRows(head: ChainHead, entries: readonly AuditEntry[]): ChainedRow[] {
  let last = head;
  return entries.map((entry) => {
    const place = { seq: last.seq + 1, prev_hash: last.hash };
    const row = { ...entry, ...place, hash: hashOf({ ...entry, ...place }) };
    last = row;
    return row;
  });
}

export interface ChainFault {
  readonly seq: number;
  readonly reason: string;
}

/** Follows the rows in the order of `seq` and stops at the first that is wrong. */
export class ChainCheck {
  #last: ChainHead = chainStart;
  #rows = 0;
  #fault: ChainFault | null = null;

  get last(): ChainHead {
    return this.#last;
  }

  get rows(): number {
    return this.#rows;
  }

  get fault(): ChainFault | null {
    return this.#fault;
  }

  follow(row: ChainedRow): void {
    this.#rows += 1;
    this.#fault ??= findFault(this.#last, row);
    this.#last = row;
  }

  /** `known` is the newest row a writer remembers. */
  close(known: ChainHead): void {
    if (this.#fault !== null || known.seq <= this.#last.seq) return;
    this.#fault = {
      seq: this.#last.seq + 1,
      reason: `rows ${this.#last.seq + 1} to ${known.seq} are missing`,
    };
  }
}

function findFault(last: ChainHead, row: ChainedRow): ChainFault | null {
  const { seq } = row;
  const told = (reason: string): ChainFault => ({ seq, reason });
  if (seq !== last.seq + 1) return told(`rows ${last.seq + 1} to ${seq - 1} are missing`);
  if (row.prev_hash !== last.hash) return told(`row ${seq} does not follow row ${last.seq}`);
  if (row.hash !== hashOf(row)) return told(`row ${seq} was changed`);
  return null;
}

export function hashOf(row: Omit<ChainedRow, 'hash'>): string {
  const facts = [
    row.seq,
    row.prev_hash,
    row.id,
    row.action_type,
    row.entity_type,
    row.entity_id,
    row.user_id,
    row.source_ip,
    row.user_agent,
    sortKeys(row.details),
    row.created_at,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

/** The database gives keys back in an order of its own. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, held]) => [key, sortKeys(held)]));
}
