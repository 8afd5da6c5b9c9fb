/** System.Tags as the service keeps it: "; " between tags, each once whatever its case (AZ17). */
export function splitTags(text: string): string[] {
  const tags = new Map<string, string>();
  for (const part of text.split(/[;,]/)) {
    const tag = part.trim();
    if (tag !== '' && !tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag);
  }
  return [...tags.values()];
}

export const normalizeTags = (text: string): string => splitTags(text).join('; ');
