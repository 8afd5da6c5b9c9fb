/** Paths relative to a project's root, `/` between their segments and `.` for the root itself. */

/** Is the path the folder itself or anything below it? Compared by segment: `docs-old` is not within `docs`. */
export function isWithin(path: string, folder: string): boolean {
  if (folder === '.' || path === folder) return true;
  return path.length > folder.length && path[folder.length] === '/' && path.startsWith(folder);
}

/** Is the path one of the places, or below one? Costs the depth of the path, however many places there are. */
export function isCovered(path: string, places: ReadonlySet<string>): boolean {
  if (places.size === 0) return false;
  if (places.has('.') || places.has(path)) return true;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (places.has(path.slice(0, end))) return true;
  }
  return false;
}

export function joinPath(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === -1 ? '.' : path.slice(0, end);
}

/** Sorts in place by code point (DX6), which is JavaScript's own order for every text without high characters. */
export function sortByCodePoint<Item>(items: Item[], textOf: (item: Item) => string): Item[] {
  const compare = items.some((item) => beyondBasicOrder.test(textOf(item)))
    ? compareCodePoints
    : compareUnits;
  return items.sort((left, right) => compare(textOf(left), textOf(right)));
}

/** Where a surrogate meets U+E000..U+FFFF, the order of code units is not the order of code points. */
const beyondBasicOrder = /[\ud800-\uffff]/;

function compareUnits(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

export function compareCodePoints(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rankOf(a) - rankOf(b);
  }
  return left.length - right.length;
}

/** A surrogate stands for a code point above U+FFFF, so it ranks above every other unit. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
