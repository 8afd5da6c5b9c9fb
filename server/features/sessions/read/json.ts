/** Looks into parsed JSON of which nothing may be assumed. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function toObject(value: unknown): JsonObject | null {
  return isObject(value) ? value : null;
}

export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Empty text says nothing. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A whole number that is not negative; anything else counts as none. */
export function toCount(value: unknown): number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value)
    ? Math.min(Math.floor(value), Number.MAX_SAFE_INTEGER)
    : 0;
}

/** A text that holds a JSON object, as programs nest them. */
export function parseObject(text: string): JsonObject | null {
  try {
    return toObject(JSON.parse(text));
  } catch {
    // That it is no JSON is the answer.
    return null;
  }
}
