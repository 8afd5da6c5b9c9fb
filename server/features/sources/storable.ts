/** JSON from outside as the database can keep it: bounded in depth, without characters that Postgres refuses in jsonb. */

export type Storable = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

/** Not ok when it is nested deeper than anybody needs: nothing that walks it later may run out of stack. */
export function toStorable(value: unknown): Storable {
  try {
    return { ok: true, value: clean(value, 0) };
  } catch (error) {
    if (error instanceof TooDeep) return { ok: false };
    throw error;
  }
}

/** NUL and halves of surrogate pairs become the replacement character. */
export const toStorableText = (text: string): string =>
  suspicious.test(text) ? text.replaceAll('\0', '\uFFFD').replace(lone, '\uFFFD') : text;

/** Cheaper than to look for what is wrong: most texts hold neither. */
const suspicious = /[\0\uD800-\uDFFF]/;
const lone = /\p{Surrogate}/gu;

class TooDeep extends Error {}

const mostLevels = 64;

/** The same value when nothing is wrong with it, which is nearly always. */
function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return toStorableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= mostLevels) throw new TooDeep();
  if (Array.isArray(value)) {
    const parts = value.map((part) => clean(part, depth + 1));
    return parts.every((part, index) => part === value[index]) ? value : parts;
  }
  let changed = false;
  const entries = Object.entries(value).map(([key, part]): [string, unknown] => {
    const entry: [string, unknown] = [toStorableText(key), clean(part, depth + 1)];
    changed ||= entry[0] !== key || entry[1] !== part;
    return entry;
  });
  return changed ? Object.fromEntries(entries) : value;
}
