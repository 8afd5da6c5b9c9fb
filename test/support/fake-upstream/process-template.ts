/** The four processes of Azure DevOps and one inherited: categories, types, fields, pick lists (FK4, AZ16). */

export interface TypeField {
  readonly referenceName: string;
  readonly required?: true;
  readonly allowedValues?: readonly (string | number)[];
  readonly defaultValue?: string | number;
}

export interface WorkItemTypeDefinition {
  readonly name: string;
  readonly referenceName: string;
  readonly color: string;
  /** The first is the state of a new work item. */
  readonly states: readonly (readonly [name: string, category: string])[];
  /** Beside the System fields. */
  readonly fields: readonly TypeField[];
}

export interface CategoryDefinition {
  readonly name: string;
  readonly referenceName: string;
  /** The first is the default. */
  readonly types: readonly string[];
}

export interface ProcessTemplate {
  readonly typeId: string;
  readonly name: string;
  readonly description: string;
  readonly parentProcessTypeId: string;
  readonly isDefault: boolean;
  readonly customizationType: 'system' | 'inherited';
  readonly types: readonly WorkItemTypeDefinition[];
  readonly categories: readonly CategoryDefinition[];
}

const noParent = '00000000-0000-0000-0000-000000000000';
const agileId = 'adcc42ab-9882-485e-a3ed-7678f01f66bc';

const priority: TypeField = {
  referenceName: 'Microsoft.VSTS.Common.Priority',
  allowedValues: [1, 2, 3, 4],
  defaultValue: 2,
};
const risk: TypeField = {
  referenceName: 'Microsoft.VSTS.Common.Risk',
  allowedValues: ['1 - High', '2 - Medium', '3 - Low'],
};
const valueArea: TypeField = {
  referenceName: 'Microsoft.VSTS.Common.ValueArea',
  allowedValues: ['Architectural', 'Business'],
  defaultValue: 'Business',
};
const severity: TypeField = {
  referenceName: 'Microsoft.VSTS.Common.Severity',
  allowedValues: ['1 - Critical', '2 - High', '3 - Medium', '4 - Low'],
  defaultValue: '3 - Medium',
};
const plain = (referenceName: string): TypeField => ({ referenceName });
const acceptance = plain('Microsoft.VSTS.Common.AcceptanceCriteria');
const effort = plain('Microsoft.VSTS.Scheduling.Effort');
const storyPoints = plain('Microsoft.VSTS.Scheduling.StoryPoints');
const size = plain('Microsoft.VSTS.Scheduling.Size');
const planning = [
  'Common.BusinessValue',
  'Common.TimeCriticality',
  'Scheduling.StartDate',
  'Scheduling.TargetDate',
].map((name) => plain(`Microsoft.VSTS.${name}`));
const work = [
  'Scheduling.OriginalEstimate',
  'Scheduling.RemainingWork',
  'Scheduling.CompletedWork',
  'Common.Activity',
].map((name) => plain(`Microsoft.VSTS.${name}`));
const stackRank = plain('Microsoft.VSTS.Common.StackRank');
const backlogPriority = plain('Microsoft.VSTS.Common.BacklogPriority');
const reproSteps = plain('Microsoft.VSTS.TCM.ReproSteps');
const requirementType: TypeField = {
  referenceName: 'Microsoft.VSTS.CMMI.RequirementType',
  required: true,
  allowedValues: [
    'Business Objective',
    'Feature',
    'Functional',
    'Interface',
    'Quality of Service',
    'Scenario',
  ],
  defaultValue: 'Functional',
};

type States = WorkItemTypeDefinition['states'];
const agileStates: States = [
  ['New', 'Proposed'],
  ['Active', 'InProgress'],
  ['Resolved', 'Resolved'],
  ['Closed', 'Completed'],
  ['Removed', 'Removed'],
];
const agileTaskStates: States = [
  ['New', 'Proposed'],
  ['Active', 'InProgress'],
  ['Closed', 'Completed'],
  ['Removed', 'Removed'],
];
const scrumStates: States = [
  ['New', 'Proposed'],
  ['In Progress', 'InProgress'],
  ['Done', 'Completed'],
  ['Removed', 'Removed'],
];
const backlogStates: States = [
  ['New', 'Proposed'],
  ['Approved', 'Proposed'],
  ['Committed', 'InProgress'],
  ['Done', 'Completed'],
  ['Removed', 'Removed'],
];
const basicStates: States = [
  ['To Do', 'Proposed'],
  ['Doing', 'InProgress'],
  ['Done', 'Completed'],
];
const cmmiStates: States = [
  ['Proposed', 'Proposed'],
  ['Active', 'InProgress'],
  ['Resolved', 'Resolved'],
  ['Closed', 'Completed'],
];
const testStates: States = [
  ['Design', 'Proposed'],
  ['Ready', 'InProgress'],
  ['Closed', 'Completed'],
];

function type(
  name: string,
  color: string,
  states: States,
  fields: readonly TypeField[],
): WorkItemTypeDefinition {
  const referenceName = `Microsoft.VSTS.WorkItemTypes.${name.replaceAll(' ', '')}`;
  return { name, referenceName, color, states, fields: [...fields, plain('Custom.SourceKey')] };
}

/** AZ8: these are refused by delete-many. */
export const testTypes: ReadonlySet<string> = new Set(['Test Case', 'Test Plan', 'Test Suite']);

const tests = [...testTypes].map((name) =>
  type(name, '004B50', testStates, [priority, plain('Microsoft.VSTS.TCM.Steps')]),
);

const category = (name: string, ...types: string[]): CategoryDefinition => ({
  name: `${name} Category`,
  referenceName: `Microsoft.${name.replaceAll(' ', '')}Category`,
  types,
});

const testCategories = [
  category('Test Case', 'Test Case'),
  category('Test Plan', 'Test Plan'),
  category('Test Suite', 'Test Suite'),
];

const agileTypes = [
  type('Epic', 'FF7B00', agileStates, [priority, risk, valueArea, effort, stackRank, ...planning]),
  type('Feature', '773B93', agileStates, [priority, risk, valueArea, effort, stackRank, ...planning]),
  type('User Story', '009CCC', agileStates, [priority, risk, valueArea, storyPoints, acceptance, stackRank]),
  type('Task', 'F2CB1D', agileTaskStates, [priority, stackRank, ...work]),
  type('Bug', 'CC293D', agileStates, [priority, severity, valueArea, storyPoints, reproSteps, stackRank]),
  type('Issue', 'B4009E', agileTaskStates, [priority, stackRank]),
  ...tests,
];

const agileCategories = [
  category('Epic', 'Epic'),
  category('Feature', 'Feature'),
  category('Requirement', 'User Story'),
  category('Task', 'Task'),
  category('Bug', 'Bug'),
  ...testCategories,
];

const agile: ProcessTemplate = {
  typeId: agileId,
  name: 'Agile',
  description: 'This template is flexible and will work great for most teams using Agile planning methods.',
  parentProcessTypeId: noParent,
  isDefault: true,
  customizationType: 'system',
  types: agileTypes,
  categories: agileCategories,
};

const scrum: ProcessTemplate = {
  typeId: '6b724908-ef14-45cf-84f8-768b5384da45',
  name: 'Scrum',
  description: 'This template is for teams who follow the Scrum framework.',
  parentProcessTypeId: noParent,
  isDefault: false,
  customizationType: 'system',
  types: [
    type('Epic', 'FF7B00', scrumStates, [priority, valueArea, effort, backlogPriority, ...planning]),
    type('Feature', '773B93', scrumStates, [priority, valueArea, effort, backlogPriority, ...planning]),
    type('Product Backlog Item', '009CCC', backlogStates, [
      priority,
      valueArea,
      effort,
      acceptance,
      backlogPriority,
      plain('Microsoft.VSTS.Common.BusinessValue'),
    ]),
    type(
      'Task',
      'F2CB1D',
      [['To Do', 'Proposed'], ...scrumStates.slice(1)],
      [priority, backlogPriority, ...work],
    ),
    type('Bug', 'CC293D', backlogStates, [
      priority,
      severity,
      effort,
      acceptance,
      reproSteps,
      backlogPriority,
    ]),
    ...tests,
  ],
  categories: [
    category('Epic', 'Epic'),
    category('Feature', 'Feature'),
    category('Requirement', 'Product Backlog Item', 'Bug'),
    category('Task', 'Task'),
    category('Bug', 'Bug'),
    ...testCategories,
  ],
};

const cmmi: ProcessTemplate = {
  typeId: '27450541-8e31-4150-9947-dc59f998fc01',
  name: 'CMMI',
  description: 'This template is for more formal projects requiring a framework for process improvement.',
  parentProcessTypeId: noParent,
  isDefault: false,
  customizationType: 'system',
  types: [
    type('Epic', 'FF7B00', cmmiStates, [priority, valueArea, effort, stackRank, ...planning]),
    type('Feature', '773B93', cmmiStates, [priority, valueArea, effort, stackRank, ...planning]),
    type('Requirement', '009CCC', cmmiStates, [priority, requirementType, valueArea, size, stackRank]),
    type('Task', 'F2CB1D', cmmiStates, [priority, stackRank, ...work]),
    type('Bug', 'CC293D', cmmiStates, [priority, severity, size, reproSteps, stackRank]),
    ...tests,
  ],
  categories: [
    category('Epic', 'Epic'),
    category('Feature', 'Feature'),
    category('Requirement', 'Requirement'),
    category('Task', 'Task'),
    category('Bug', 'Bug'),
    ...testCategories,
  ],
};

const basic: ProcessTemplate = {
  typeId: 'b8a3a935-7e91-48b8-a94c-606d37c3e9f2',
  name: 'Basic',
  description: 'This template is flexible for any process and great for teams getting started.',
  parentProcessTypeId: noParent,
  isDefault: false,
  customizationType: 'system',
  types: [
    type('Epic', 'E06C00', basicStates, [priority, effort, stackRank, ...planning]),
    type('Issue', '009CCC', basicStates, [priority, effort, stackRank]),
    type('Task', 'F2CB1D', basicStates, [priority, stackRank, ...work]),
    ...tests,
  ],
  categories: [
    category('Epic', 'Epic'),
    category('Requirement', 'Issue'),
    category('Task', 'Task'),
    ...testCategories,
  ],
};

/** Inherited from Agile: features need an owner nobody gives by default, and have a pick list of their own. */
const inherited: ProcessTemplate = {
  ...agile,
  typeId: '5f1a9d3e-0c47-4b8e-9a52-3d6f7e8c9b10',
  name: 'Contoso Agile',
  description: 'Agile as Contoso works it.',
  parentProcessTypeId: agileId,
  isDefault: false,
  customizationType: 'inherited',
  types: agileTypes.map((each) =>
    each.name !== 'Feature'
      ? each
      : {
          ...each,
          fields: [
            ...each.fields,
            { referenceName: 'Custom.BusinessOwner', required: true },
            { referenceName: 'Custom.TShirt', allowedValues: ['S', 'M', 'L'], defaultValue: 'M' },
          ],
        },
  ),
};

export const processTemplates: readonly ProcessTemplate[] = [agile, scrum, cmmi, basic, inherited];

export const findProcess = (nameOrId: string): ProcessTemplate | undefined =>
  processTemplates.find(({ name, typeId }) => name === nameOrId || typeId === nameOrId.toLowerCase());

export function findType(process: ProcessTemplate, name: string): WorkItemTypeDefinition | undefined {
  const wanted = name.toLowerCase();
  return process.types.find(
    (each) => each.name.toLowerCase() === wanted || each.referenceName.toLowerCase() === wanted,
  );
}
