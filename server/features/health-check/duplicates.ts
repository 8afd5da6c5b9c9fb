/** Files that answer to one name: same stem, or same type and owned id; files that both tie together are one group (HC2). */
import type { CheckedDocument } from './checked-document.ts';
import { toIdKey } from './checked-document.ts';
import type { HealthTree } from './health-tree.ts';
import type { Examination, Fault } from './rule.ts';

export function examineDuplicates({ documents }: HealthTree): Examination {
  const groups = groupByName(documents);
  return {
    checked: documents.length,
    affected: groups.reduce((total, group) => total + group.length, 0),
    faults: groups.map(toFault),
  };
}

/** In order of their first paths, as the documents are in that of theirs; whoever shares no name is in no group. */
function groupByName(documents: readonly CheckedDocument[]): CheckedDocument[][] {
  const rings = new Rings();
  const byStem = new Map<string, number>();
  const byId = new Map<string, number>();
  for (const [index, { docId, type, refId }] of documents.entries()) {
    tie(rings, byStem, docId, index);
    if (refId !== null) tie(rings, byId, `${type} ${toIdKey(refId)}`, index);
  }
  const groups = new Map<number, CheckedDocument[]>();
  for (const index of rings.members.toSorted((one, other) => one - other)) {
    const root = rings.rootOf(index);
    const group = groups.get(root);
    const document = documents[index]!; // A member is an index of the documents.
    if (group === undefined) groups.set(root, [document]);
    else group.push(document);
  }
  return [...groups.values()];
}

function tie(rings: Rings, known: Map<string, number>, name: string, index: number): void {
  const first = known.get(name);
  if (first === undefined) known.set(name, index);
  else rings.join(first, index);
}

/** Numbers that were joined, directly or by others; the smallest of a ring stands for it. */
class Rings {
  readonly #parents = new Map<number, number>();

  get members(): number[] {
    return [...this.#parents.keys()];
  }

  join(one: number, other: number): void {
    const roots = [this.rootOf(one), this.rootOf(other)] as const;
    const root = Math.min(...roots);
    for (const member of [one, other, ...roots]) this.#parents.set(member, root);
  }

  rootOf(member: number): number {
    let root = member;
    for (
      let next = this.#parents.get(root);
      next !== undefined && next !== root;
      next = this.#parents.get(root)
    ) {
      root = next;
    }
    // Shortened on the way, so that a long chain is walked once.
    if (root !== member) this.#parents.set(member, root);
    return root;
  }
}

function toFault(documents: readonly CheckedDocument[]): Fault {
  const [first] = documents;
  const isOneStem = documents.every(({ docId }) => docId === first?.docId);
  const name = isOneStem ? first?.docId : first?.refId;
  return {
    documents,
    message: isOneStem
      ? `${documents.length} files are called ${name}`
      : `${documents.length} files answer to ${name}`,
    fix: 'Keep one of them; rename, renumber or merge the others.',
  };
}
