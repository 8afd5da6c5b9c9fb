/** Which fields an update carries: what we changed, and never what only people changed there (PL4). */
import type { PushWarning, SourceItem } from '../../../../shared/work-items.ts';
import type { FieldChange, LedgerEntry, MappedItem, OnConflict } from '../planned.ts';
import type { TargetItem } from '../tracker.ts';
import { hashField, isSameValue } from './field-value.ts';

export interface FieldComparison {
  readonly changes: readonly FieldChange[];
  readonly warnings: readonly PushWarning[];
  readonly blocked: string | null;
}

interface Sides {
  readonly target: TargetItem;
  readonly ledger: LedgerEntry | null;
  /** Of the values as they are mapped now; no key for what has none. */
  readonly fieldHashes: Readonly<Record<string, string>>;
}

export function compareFields(
  item: SourceItem,
  mapped: MappedItem,
  { target, ledger, fieldHashes }: Sides,
  onConflict: OnConflict,
): FieldComparison {
  const differing = Object.entries(mapped.fields)
    .filter(([field]) => ledger === null || ledger.fieldHashes[field] !== fieldHashes[field])
    .flatMap(([field, value]) => compare(field, value, target, ledger));
  const conflicts = differing.filter(({ isConflict }) => isConflict);
  const [first] = conflicts;
  if (onConflict === 'block' && first !== undefined) {
    return { changes: [], warnings: [], blocked: describe(first, 'nothing is sent') };
  }
  const carried = differing.filter(({ isConflict }) => !isConflict || onConflict === 'source');
  return {
    changes: carried.map(({ field, from, to }) => ({ field, from, to })),
    warnings: conflicts.map((conflict) => ({
      code: 'conflict',
      message: describe(conflict, onConflict === 'source' ? 'the source wins' : 'Azure DevOps wins'),
      ardoqId: item.sourceId,
      field: conflict.field,
    })),
    blocked: null,
  };
}

interface Difference extends FieldChange {
  /** Both sides moved away from what we pushed last. */
  readonly isConflict: boolean;
}

function compare(
  field: string,
  value: unknown,
  target: TargetItem,
  ledger: LedgerEntry | null,
): readonly Difference[] {
  const ours = value ?? null;
  const theirs = readField(target, field);
  const pushed = ledger?.fieldHashes[field];
  // What we never sent is not ours to take away.
  if (ours === null && pushed === undefined) return [];
  if (isSameValue(field, ours, theirs)) return [];
  const isConflict = pushed !== undefined && pushed !== hashField(field, theirs, ours);
  return [{ field, from: theirs, to: ours, isConflict }];
}

/** The service spells reference names in a case of its own. */
function readField({ fields }: TargetItem, field: string): unknown {
  if (Object.hasOwn(fields, field)) return fields[field] ?? null;
  const wanted = field.toLowerCase();
  return Object.entries(fields).find(([name]) => name.toLowerCase() === wanted)?.[1] ?? null;
}

const describe = ({ field, from, to }: FieldChange, verdict: string): string =>
  `${field} was changed to ${quote(from)} in Azure DevOps and to ${quote(to)} in the source; ${verdict}.`;

const longestQuote = 200;

function quote(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text}"`;
}
