/** What a field may hold, in the words of the port. */

/** A pick list is a kind of field of its own in some answers: what it holds is what counts. */
export function toFieldType(type: string | undefined): string {
  if (type === undefined) return 'string';
  return pickListTypes[type] ?? type;
}

const pickListTypes: Readonly<Record<string, string>> = {
  picklistString: 'string',
  picklistInteger: 'integer',
  picklistDouble: 'double',
};

/** Null for a field that may hold anything. */
export function toPickList(values: readonly unknown[] | null | undefined): readonly string[] | null {
  const list = (values ?? []).flatMap((value) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [String(value)]
      : [],
  );
  return list.length === 0 ? null : list;
}
