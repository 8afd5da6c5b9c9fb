/** Where ids that are each other's parents go round in a circle. */

/** The first id, by code point, of every cycle; with it at the top the rest hangs below. */
export function findCycleTops(parentOf: ReadonlyMap<string, string>): Set<string> {
  const settled = new Set<string>();
  const tops = new Set<string>();
  for (const start of parentOf.keys()) {
    const trail = new Set<string>();
    let id: string | undefined = start;
    while (id !== undefined && !settled.has(id) && !trail.has(id)) {
      trail.add(id);
      id = parentOf.get(id);
    }
    if (id !== undefined && trail.has(id)) tops.add(findFirst([...trail].slice([...trail].indexOf(id))));
    for (const visited of trail) settled.add(visited);
  }
  return tops;
}

function findFirst(ids: readonly string[]): string {
  return ids.reduce((first, id) => (id < first ? id : first));
}
