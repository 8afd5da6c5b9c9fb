/** The named ways to turn a value into another; nothing a mapping holds is ever run as code (FM10). */

export type Transform =
  | { readonly name: 'text' | 'html' | 'markdown' | 'number' | 'date' | 'tags' | 'priority' | 'risk' }
  | { readonly name: 'map'; readonly values: ReadonlyMap<string, string> };

const names = ['text', 'html', 'markdown', 'number', 'date', 'tags', 'priority', 'risk'] as const;

/** Undefined for what is none of them: it is stored, and ignored. */
export function findTransform(text: string): Transform | undefined {
  const wanted = text.trim();
  const name = names.find((each) => each === wanted.toLowerCase());
  if (name !== undefined) return { name };
  const [, json] = /^map\s*:(.*)$/is.exec(wanted) ?? [];
  return json === undefined ? undefined : parseMap(json);
}

function parseMap(json: string): Transform | undefined {
  const parsed = readJson(json);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const entries = Object.entries(parsed as Record<string, unknown>);
  if (entries.some(([, value]) => !['string', 'number', 'boolean'].includes(typeof value))) return undefined;
  return {
    name: 'map',
    values: new Map(entries.map(([from, to]) => [from.trim().toLowerCase(), String(to)])),
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever somebody typed there: no map.
    return undefined;
  }
}
