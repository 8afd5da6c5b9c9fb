/** Mapping, plan and patches against the local fake of Azure DevOps: what it stores is what was planned (FK4, FK5). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builtInRules } from '../../../server/features/work-items/mapping/built-in-rules.ts';
import { mapTree } from '../../../server/features/work-items/mapping/map-tree.ts';
import { hasMarker, toMarkerUrl } from '../../../server/features/work-items/plan/marker.ts';
import { toCreatePatch, toUpdatePatch } from '../../../server/features/work-items/plan/patch.ts';
import { planPush } from '../../../server/features/work-items/plan/plan-push.ts';
import type { LedgerEntry, PlannedItem, PushPlan } from '../../../server/features/work-items/planned.ts';
import type { TargetItem } from '../../../server/features/work-items/tracker.ts';
import { openFakeAzure, type FakeAzure } from '../azure-devops/fake-kit.ts';
import { builtIn, toEntry, toPlanInput, toTree, type Leaf } from '../planning-kit.ts';

const hard = {
  description: '# Why\n\n- a < b & "c"\n- שלום 😀\n\n<script>alert(1)</script>',
  priority: 'high',
  acceptanceCriteria: '<p>It <b onclick="x()">shines</b></p>\r\n<p>and&nbsp;rests</p>',
  risk: 'medium',
  tags: ['Zebra', 'apple', 'a;b', '@me', 'APPLE'],
  componentKey: 'TRY-1',
  owner: 'Ada',
};

const leaves: readonly Leaf[] = [
  { id: 'e', type: 'epic', name: "The lamp's <light>", ...hard },
  {
    id: 'f',
    type: 'feature',
    parent: 'e',
    name: 'x'.repeat(300),
    ...hard,
    customFields: { purpose: 'to see' },
  },
  { id: 's', type: 'user_story', parent: 'f', name: '007', ...hard },
  { id: 'direct', type: 'user_story', parent: 'e', name: '  spaced \n out ', description: 'one\ntwo  three' },
];

/** Contoso's features need an owner; nobody else has the field. */
const mapping = {
  ...builtIn,
  rules: [
    ...builtInRules,
    {
      ardoqField: 'owner',
      azureDevOpsField: 'Custom.BusinessOwner',
      workItemType: 'feature' as const,
      transform: null,
    },
  ],
};

const markerOf = (sourceId: string): string => toMarkerUrl('https://sync.example', 'ardoq', '', sourceId);

class Push {
  readonly ledger = new Map<string, LedgerEntry>();
  readonly #azure: FakeAzure;

  constructor(azure: FakeAzure) {
    this.#azure = azure;
  }

  async plan(source: readonly Leaf[]): Promise<PushPlan> {
    const { tracker, project } = this.#azure;
    const tree = toTree(source);
    const existing = await this.#readAll();
    const byMarker = source.flatMap(({ id }) => {
      const found = [...existing.values()].filter((item) => hasMarker(item, markerOf(id)));
      return this.ledger.has(id) ? [] : [[id, found.map((item) => item.id)] as const];
    });
    return planPush({
      ...toPlanInput(tree),
      mapped: mapTree({ tree, types: await tracker.readTypes(project), mapping }).mapped,
      ledger: this.ledger,
      existing,
      byMarker: new Map(byMarker),
      project,
      workItemUrl: (id) => tracker.workItemUrl(id),
    });
  }

  async apply({ items }: PushPlan): Promise<void> {
    for (const planned of items) {
      const item = await this.#perform(planned);
      if (item !== null) this.ledger.set(planned.item.sourceId, toEntry(planned, item.id));
    }
  }

  async #perform(planned: PlannedItem): Promise<TargetItem | null> {
    const { tracker, project } = this.#azure;
    const parentId = this.ledger.get(planned.item.parentId ?? '')?.workItemId ?? null;
    const parentUrl = parentId === null ? null : tracker.workItemUrl(parentId);
    if (planned.action === 'create') {
      const markerUrl = markerOf(planned.item.sourceId);
      return await tracker.create(project, {
        type: planned.targetType,
        patch: toCreatePatch(planned, { parentUrl, markerUrl, markerField: null }),
      });
    }
    const id = planned.workItemId ?? 0;
    const current = (await tracker.readItems([id])).get(id);
    if (planned.action !== 'update' || current === undefined) return null;
    return await tracker.update(id, toUpdatePatch(planned, current, parentUrl));
  }

  async #readAll(): Promise<ReadonlyMap<number, TargetItem>> {
    const { tracker, project } = this.#azure;
    const all = new Map<number, TargetItem>();
    for await (const ids of tracker.listIds(project)) {
      for (const [id, item] of await tracker.readItems(ids)) all.set(id, item);
    }
    return all;
  }
}

const actionsOf = ({ items }: PushPlan) => items.map(({ action }) => action);

describe.each(['Agile', 'Scrum', 'CMMI', 'Basic', 'Contoso Agile'])('a project of %s', (process) => {
  let azure: FakeAzure;

  beforeEach(async () => {
    azure = await openFakeAzure({ projects: [{ name: 'Fabrikam', process }] });
  });

  afterEach(async () => {
    await azure[Symbol.asyncDispose]();
  });

  test('[RC10] takes every create, and a second push finds everything unchanged', async () => {
    const push = new Push(azure);

    const first = await push.plan(leaves);
    await push.apply(first);

    expect(actionsOf(first)).toEqual(['create', 'create', 'create', 'create']);
    expect(actionsOf(await push.plan(leaves))).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
  });

  test('[RC7] finds everything unchanged by its markers after the ledger was lost', async () => {
    const push = new Push(azure);
    await push.apply(await push.plan(leaves));

    push.ledger.clear();

    const { items } = await push.plan(leaves);
    expect(items.map(({ item, reason, changes }) => [item.sourceId, reason, changes])).toEqual(
      leaves.map(({ id }) => [id, 'adopted_by_marker', []]),
    );
  });

  test('[PL4] takes the update of what changed, and of where it hangs', async () => {
    const push = new Push(azure);
    await push.apply(await push.plan(leaves));
    const changed = leaves.map((leaf): Leaf => {
      if (leaf.id === 'e') return { ...leaf, name: 'New', description: '', tags: ['apple'] };
      return leaf.id === 'direct' ? { ...leaf, parent: 'e2' } : leaf;
    });
    const source: readonly Leaf[] = [...changed.slice(0, 3), { id: 'e2', type: 'epic' }, ...changed.slice(3)];

    const plan = await push.plan(source);
    await push.apply(plan);

    expect(actionsOf(plan)).toEqual(['update', 'unchanged', 'unchanged', 'create', 'update']);
    expect(plan.items[0]?.changes.map(({ field }) => field).sort()).toEqual([
      'System.Description',
      'System.Tags',
      'System.Title',
    ]);
    expect(new Set(actionsOf(await push.plan(source)))).toEqual(new Set(['unchanged']));
  });
});
