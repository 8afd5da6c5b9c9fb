/** JSON that a `jsonb` column takes: it refuses NUL and halves of surrogate pairs, which texts from outside may hold. */

/** Finds too much (an escaped backslash before the `u`), never too little. */
const suspicion = /\\u(0000|d[89a-f]..)/;

/** Such a character becomes U+FFFD; everything else stays as it is (SS7). */
export function toStorableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return suspicion.test(json) ? JSON.stringify(clean(JSON.parse(json))) : json;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  // Not by assignment: a key may be `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [cleanText(key), clean(held)]));
}

const cleanText = (text: string): string =>
  text.replaceAll('\0', '\ufffd').replaceAll(/\p{Surrogate}/gu, '\ufffd');
