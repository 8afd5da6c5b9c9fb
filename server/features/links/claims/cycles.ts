/** Documents that, by what they depend on, wait for themselves (LK17). */
import { toFileIssue, type FileIssue } from '../../../../shared/issues.ts';
import type { Entity } from '../link.ts';
import type { Claim, Declaration } from './claim.ts';

/** Of every declared dependency that lies on a cycle; `nameOf` names a document for people. */
export function findCycleIssues(
  edges: readonly Claim[],
  nameOf: (document: Entity) => string,
): readonly FileIssue[] {
  const targetsOf = new Map<Entity, Entity[]>();
  for (const { source, target } of edges) {
    const targets = targetsOf.get(source);
    if (targets === undefined) targetsOf.set(source, [target]);
    else targets.push(target);
  }
  const groupOf = groupByCycle(targetsOf);
  const issues = new Map<string, FileIssue>();
  for (const { source, target, detail } of edges) {
    if (source !== target && (groupOf.get(source) ?? -1) !== groupOf.get(target)) continue;
    const message =
      source === target
        ? `${nameOf(source)} depends on itself; correct one of the ids`
        : `${nameOf(source)} depends on ${nameOf(target)}, which depends on ${nameOf(source)} in turn; remove one of the dependencies`;
    for (const { file, line } of (detail?.['declaredBy'] ?? []) as readonly Declaration[]) {
      issues.set(`${file}\0${line}\0${message}`, toFileIssue(file, 'BAD_REFERENCE', message, { line }));
    }
  }
  return [...issues.values()].sort(
    (one, other) =>
      compare(one.path, other.path) || one.line! - other.line! || compare(one.message, other.message),
  );
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Documents that can reach one another share a number (Tarjan's strongly connected components, without recursion). */
function groupByCycle(targetsOf: ReadonlyMap<Entity, readonly Entity[]>): ReadonlyMap<Entity, number> {
  const groupOf = new Map<Entity, number>();
  const order = new Map<Entity, number>();
  const lowest = new Map<Entity, number>();
  const open: Entity[] = [];
  const isOpen = new Set<Entity>();
  for (const start of targetsOf.keys()) {
    if (order.has(start)) continue;
    const trail: { readonly node: Entity; next: number }[] = [{ node: start, next: 0 }];
    while (trail.length > 0) {
      const step = trail.at(-1)!;
      const { node } = step;
      if (step.next === 0) {
        order.set(node, order.size);
        lowest.set(node, order.get(node)!);
        open.push(node);
        isOpen.add(node);
      }
      const target = targetsOf.get(node)?.[step.next];
      if (target !== undefined) {
        step.next += 1;
        if (!order.has(target)) trail.push({ node: target, next: 0 });
        else if (isOpen.has(target)) lowest.set(node, Math.min(lowest.get(node)!, order.get(target)!));
        // A node without targets is entered once: it has none to return to.
        continue;
      }
      trail.pop();
      const parent = trail.at(-1)?.node;
      if (parent !== undefined) lowest.set(parent, Math.min(lowest.get(parent)!, lowest.get(node)!));
      if (lowest.get(node) !== order.get(node)) continue;
      const number = groupOf.size;
      for (let member = open.pop(); member !== undefined; member = member === node ? undefined : open.pop()) {
        groupOf.set(member, number);
        isOpen.delete(member);
      }
    }
  }
  return groupOf;
}
