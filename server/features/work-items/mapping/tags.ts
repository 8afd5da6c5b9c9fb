/** `System.Tags` as the service reads it: one text, parted by ";" or "," (AZ17). */

/** Each once, whatever its case, in the order they come. */
export function splitTags(text: string): string[] {
  return uniqueTags(text.split(/[;,]/).map((tag) => tag.trim()));
}

export const joinTags = (tags: readonly string[]): string => tags.join('; ');

/** FM7: what parts tags cannot be in one. */
export const toTag = (text: string): string =>
  text.replace(/[;,]/g, ' ').replace(/\s+/g, ' ').trim().replace(/^@+/, '').trim().slice(0, longestTag);

export function uniqueTags(tags: readonly string[]): string[] {
  const kept = new Map<string, string>();
  for (const tag of tags) if (tag !== '' && !kept.has(tag.toLowerCase())) kept.set(tag.toLowerCase(), tag);
  return [...kept.values()];
}

const longestTag = 400;
