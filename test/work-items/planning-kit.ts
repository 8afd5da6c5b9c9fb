/** Small trees, types of real processes and a target in memory, for planning without a wire. */
import { builtInRules } from '../../server/features/work-items/mapping/built-in-rules.ts';
import { mapTree } from '../../server/features/work-items/mapping/map-tree.ts';
import { planPush } from '../../server/features/work-items/plan/plan-push.ts';
import type {
  FieldRule,
  LedgerEntry,
  Mapping,
  PlanInput,
  PlannedItem,
  PushPlan,
} from '../../server/features/work-items/planned.ts';
import type {
  TargetField,
  TargetItem,
  TargetTypes,
  TargetWorkItemType,
} from '../../server/features/work-items/tracker.ts';
import type { ItemType, SourceItem, SourceTree } from '../../shared/work-items.ts';

const field = (referenceName: string, type: string, facts: Partial<TargetField> = {}): TargetField => ({
  referenceName,
  name: referenceName.split('.').at(-1) ?? referenceName,
  type,
  isRequired: false,
  defaultValue: null,
  allowedValues: null,
  ...facts,
});

const common: readonly TargetField[] = [
  field('System.Title', 'string', { isRequired: true }),
  field('System.State', 'string', { isRequired: true }),
  field('System.AreaId', 'integer', { isRequired: true }),
  field('System.Description', 'html'),
  field('System.Tags', 'plainText'),
  field('System.ChangedBy', 'string'),
  field('Microsoft.VSTS.Common.AcceptanceCriteria', 'html'),
  field('Microsoft.VSTS.Common.Priority', 'integer', {
    allowedValues: ['1', '2', '3', '4'],
    defaultValue: '2',
  }),
  field('Custom.Owner', 'string'),
  field('Custom.Due', 'dateTime'),
  field('Custom.Size', 'double'),
  field('Custom.Shirt', 'string', { allowedValues: ['S', 'M', 'L'] }),
];

export const risk = field('Microsoft.VSTS.Common.Risk', 'string', {
  allowedValues: ['1 - High', '2 - Medium', '3 - Low'],
});

export const toType = (name: string, ...more: readonly TargetField[]): TargetWorkItemType => ({
  name,
  referenceName: `Microsoft.VSTS.WorkItemTypes.${name.replaceAll(' ', '')}`,
  fields: new Map([...common, ...more].map((each) => [each.referenceName, each])),
});

export const toField = field;

export const agile: TargetTypes = {
  epic: toType('Epic', risk),
  feature: toType('Feature', risk),
  requirement: toType('User Story', risk, field('Microsoft.VSTS.Scheduling.StoryPoints', 'double')),
  task: toType('Task'),
};

export const basic: TargetTypes = {
  epic: toType('Epic'),
  feature: null,
  requirement: toType('Issue'),
  task: toType('Task'),
};

export interface Leaf {
  readonly id: string;
  readonly type?: ItemType;
  readonly parent?: string;
  readonly blocked?: string;
  readonly [key: string]: unknown;
}

export function toItem({ id, type = 'epic', parent, blocked, ...node }: Leaf): SourceItem {
  const name = typeof node['name'] === 'string' ? node['name'] : `Item ${id}`;
  return {
    sourceId: id,
    type,
    name,
    parentId: parent ?? null,
    node: { _id: id, ...node, name },
    ...(blocked === undefined ? {} : { blocked }),
  };
}

export const toTree = (leaves: readonly Leaf[], type: SourceTree['type'] = 'ardoq'): SourceTree => ({
  type,
  system: type === 'documents' ? 'documents' : 'ardoq',
  scope: '',
  items: leaves.map(toItem),
  warnings: [],
});

export const builtIn: Mapping = { rules: builtInRules, level: 'built-in', name: 'built-in', warnings: [] };

/** Rules for every level: `source -> field`, or with `| transform` behind. */
export const toMapping = (...lines: readonly string[]): Mapping => ({
  ...builtIn,
  level: 'config',
  rules: lines.flatMap((line) => {
    const [rule = '', transform = ''] = line.split(/ \| (.*)/s);
    const [ardoqField = '', azureDevOpsField = ''] = rule.split(' -> ');
    const levels = ['epic', 'feature', 'user_story'] as const;
    return levels.map((workItemType): FieldRule => ({
      ardoqField,
      azureDevOpsField,
      workItemType,
      transform: transform || null,
    }));
  }),
});

/** One item mapped by itself. */
export function mapOne(node: Omit<Leaf, 'id'>, mapping: Mapping = builtIn, types: TargetTypes = agile) {
  const { mapped, warnings } = mapTree({ tree: toTree([{ id: 'one', ...node }]), types, mapping });
  const item = mapped.get('one');
  if (item === undefined) throw new Error('One was not mapped');
  return { ...item, warnings: [...warnings, ...item.warnings] };
}

export const toTarget = (id: number, facts: Partial<TargetItem> = {}): TargetItem => ({
  id,
  rev: 1,
  type: 'Epic',
  projectName: 'Atlas',
  fields: {},
  relations: [],
  htmlUrl: `https://dev.azure.com/contoso/Atlas/_workitems/edit/${id}`,
  changedBy: null,
  ...facts,
});

export const workItemUrl = (id: number): string => `https://dev.azure.com/contoso/_apis/wit/workItems/${id}`;

export const parentLink = (id: number) => ({
  rel: 'System.LinkTypes.Hierarchy-Reverse',
  url: workItemUrl(id),
  attributes: {},
});

/** What the ledger says after an item was pushed like this. */
export const toEntry = (
  { item, targetType, contentHash, fieldHashes }: PlannedItem,
  workItemId: number | null,
  facts: Partial<LedgerEntry> = {},
): LedgerEntry => ({
  sourceId: item.sourceId,
  state: 'present',
  workItemId,
  rev: 1,
  workItemType: targetType,
  parentSourceId: item.parentId,
  contentHash,
  fieldHashes,
  intentId: null,
  intentAt: null,
  ...facts,
});

export interface World {
  readonly ledger?: readonly LedgerEntry[];
  readonly existing?: readonly TargetItem[];
  readonly byMarker?: Readonly<Record<string, readonly number[]>>;
  readonly deletions?: readonly number[];
  readonly onConflict?: PlanInput['onConflict'];
  readonly mapping?: Mapping;
  readonly types?: TargetTypes;
}

export function toPlanInput(tree: SourceTree, world: World = {}): PlanInput {
  const { mapping = builtIn, types = agile } = world;
  return {
    tree,
    mapped: mapTree({ tree, types, mapping }).mapped,
    ledger: new Map((world.ledger ?? []).map((entry) => [entry.sourceId, entry])),
    existing: new Map((world.existing ?? []).map((target) => [target.id, target])),
    byMarker: new Map(Object.entries(world.byMarker ?? {})),
    project: { id: 'p-1', name: 'Atlas', processName: 'Agile', processTypeId: null },
    workItemUrl,
    onConflict: world.onConflict ?? 'source',
    deletions: world.deletions ?? [],
  };
}

export const plan = (leaves: readonly Leaf[], world: World = {}): PushPlan =>
  planPush(toPlanInput(toTree(leaves), world));

/** The only item of a plan. */
export function planOne(
  leaf: Omit<Leaf, 'id'>,
  world: World = {},
): PlannedItem & { readonly warnings: readonly string[] } {
  const { items, warnings } = plan([{ id: 'one', ...leaf }], world);
  const [item] = items;
  if (item === undefined) throw new Error('Nothing was planned');
  return { ...item, warnings: warnings.map(({ code }) => code) };
}
