/** JSON with sorted keys: equal states are equal texts. */
export const toCanonicalJson = (value: unknown): string => JSON.stringify(value, sortKeys, 1);

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
