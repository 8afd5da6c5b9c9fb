/** A title that the service takes: 255 characters at most (FM9, AZ15). */

const longestTitle = 255;

/** Never through the middle of a character. */
export function cutTitle(full: string): { readonly text: string; readonly isCut: boolean } {
  if (full.length <= longestTitle) return { text: full, isCut: false };
  const head = full.slice(0, longestTitle - 1).replace(/[\uD800-\uDBFF]$/, '');
  return { text: `${head}…`, isCut: true };
}
