/** Calls and hand-written types against the published descriptions of Azure DevOps (AZ23). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import * as calls from '../../../server/features/work-items/azure-devops/calls.ts';
import type { AzureCall } from '../../../server/features/work-items/azure-devops/calls.ts';
import { createAzureClient } from '../../../server/features/work-items/azure-devops/client.ts';
import {
  WireDeletion,
  WireDeletions,
} from '../../../server/features/work-items/azure-devops/wire-deletion.ts';
import {
  WireItem,
  WireItems,
  WireRelation,
} from '../../../server/features/work-items/azure-devops/wire-item.ts';
import {
  WireOperation,
  WireProcess,
  WireProcesses,
  WireProject,
  WireProjectReference,
  WireProjects,
} from '../../../server/features/work-items/azure-devops/wire-project.ts';
import {
  WireArtifacts,
  WireQueryResult,
  WireReference,
} from '../../../server/features/work-items/azure-devops/wire-query.ts';
import {
  WireCategories,
  WireCategory,
  WireField,
  WireFields,
  WireType,
  WireTypeField,
  WireTypeFields,
  WireTypeReference,
  WireTypes,
} from '../../../server/features/work-items/azure-devops/wire-types.ts';
import { unwrapEntry, type BatchEntry } from '../../support/fake-upstream/batch-route.ts';
import { toCall, type Call } from '../../support/fake-upstream/call.ts';
import { createDescriptionCheck } from '../../support/fake-upstream/description-check.ts';
import { scriptUpstream } from './scripted-upstream.ts';
import { toStory } from './tracker-kit.ts';

const { checkCall } = createDescriptionCheck();

/** As it arrives at the service. */
async function toArrival(call: AzureCall): Promise<Call> {
  const upstream = scriptUpstream(() => ({ body: {} }));
  await createAzureClient({ upstream, organization: 'contoso' }).send(call);
  const [sent] = upstream.calls;
  if (sent === undefined) throw new Error('Nothing was sent.');
  return toCall({
    method: sent.method,
    target: sent.path,
    headers: sent.body === undefined ? {} : { 'content-type': sent.contentType ?? 'application/json' },
    text: sent.body === undefined ? '' : JSON.stringify(sent.body),
    origin: upstream.baseUrl,
    atMs: 0,
  });
}

const project = "Bob's 100% R&D";
const live = { isProbe: false };
const probe = { isProbe: true };
const creation = {
  name: 'Travel',
  description: 'For people who travel',
  visibility: 'private',
  capabilities: { versioncontrol: { sourceControlType: 'Git' }, processTemplate: { templateTypeId: 'x' } },
};
const marked = {
  type: 'Product Backlog Item',
  patch: [
    ...toStory('a').patch,
    {
      op: 'add',
      path: '/relations/-',
      value: { rel: 'Hyperlink', url: 'https://s/items/ardoq//1', attributes: { comment: 'syncline' } },
    },
  ],
} as const;
const guarded = [
  { op: 'test', path: '/rev', value: 3 },
  { op: 'remove', path: '/relations/0' },
  { op: 'replace', path: '/fields/Microsoft.VSTS.Common.Priority', value: 2 },
] as const;

/** Each builder with what it is called with; `createBatch` is judged by what it wraps. */
const samples: Readonly<
  Record<Exclude<keyof typeof calls, 'mostIds' | 'mostBatched' | 'createBatch'>, readonly AzureCall[]>
> = {
  readProject: [calls.readProject(project)],
  listProjects: [calls.listProjects({ token: null }), calls.listProjects({ token: '200' })],
  createProject: [calls.createProject(creation)],
  readOperation: [calls.readOperation('066488b8-b14e-43d1-befc-a2e655266e2b')],
  listProcesses: [calls.listProcesses()],
  listCategories: [calls.listCategories(project)],
  listTypes: [calls.listTypes(project)],
  listFields: [calls.listFields(project)],
  listTypeFields: [calls.listTypeFields(project, 'User Story')],
  query: [calls.query(project, 'SELECT [System.Id] FROM WorkItems', 10_000)],
  readBatch: [
    calls.readBatch([1, 2], { $expand: 'relations' }),
    calls.readBatch([1], { fields: ['System.Id'] }),
  ],
  findArtifacts: [calls.findArtifacts(project, ['https://s/items/ardoq//1'])],
  createItem: [calls.createItem(project, marked, live), calls.createItem(project, marked, probe)],
  updateItem: [calls.updateItem(7, guarded, live), calls.updateItem(7, guarded, probe)],
  deleteItems: [calls.deleteItems(project, [1, 2], { destroy: true })],
};

test.each(Object.entries(samples))(
  '[AZ23] every request of %s validates against the description',
  async (_, sent) => {
    for (const call of sent) expect(checkCall(await toArrival(call))).toEqual([]);
  },
);

test('[AZ14][AZ23] each entry of a batch validates as the create it wraps', async () => {
  const arrival = await toArrival(calls.createBatch(project, [marked, toStory('b')]));
  const entries = JSON.parse(arrival.text) as readonly BatchEntry[];

  const breaches = entries.map((entry) => checkCall(unwrapEntry(arrival, 'contoso', entry)));

  expect(breaches).toEqual([[], []]);
});

test.each([
  ['another path', { ...calls.listTypes(project), path: '/_apis/wit/workitemkinds?api-version=7.1' }],
  [
    'a value that is none',
    { ...calls.listTypes(project), path: '/p/_apis/wit/workitemtypes/Bug/fields?$expand=both' },
  ],
  ['ids that are texts', { ...calls.readBatch([], { fields: [] }), body: { ids: ['a'] } }],
  ['a patch that is no list', { ...calls.updateItem(1, [], live), body: { op: 'add' } }],
  ['a patch sent as plain JSON', { ...calls.updateItem(1, guarded, live), contentType: 'application/json' }],
])('the description would tell of %s', async (_, call) => {
  expect(checkCall(await toArrival(call))).not.toEqual([]);
});

const spec = join(import.meta.dirname, '../../support/fake-upstream/spec/specification');
const readSpec = (path: string): unknown =>
  JSON.parse(readFileSync(join(spec, path), 'utf8').replace(/^\uFEFF/, ''));

interface Definition {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly allOf?: readonly Definition[];
}

const wit = 'wit/7.1/workItemTracking.json';
const core = 'core/7.1/core.json';

/** Properties by name with their types: `object` may be anything, as the overlay says (rule 2 and 3). */
function propertiesOf(file: string, name: string): Readonly<Record<string, string>> {
  const { definitions } = readSpec(file) as { definitions: Readonly<Record<string, Definition>> };
  const collect = (definition: Definition | undefined): [string, string][] => {
    if (definition?.$ref !== undefined)
      return collect(definitions[definition.$ref.replace('#/definitions/', '')]);
    const own = Object.entries(definition?.properties ?? {}).map(([key, property]): [string, string] => [
      key,
      property.type ?? (property.enum === undefined ? 'object' : 'string'),
    ]);
    return [...(definition?.allOf ?? []).flatMap(collect), ...own];
  };
  return Object.fromEntries(collect(definitions[name]));
}

interface JsonType {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly JsonType[];
}

/** What a schema takes, without null; nothing for anything at all. */
const typesOf = ({ type = [], anyOf = [] }: JsonType): readonly string[] =>
  [type, ...anyOf.map(typesOf)].flat().filter((each) => each !== 'null');

test.each([
  ['WireItem', WireItem, wit, 'WorkItem'],
  ['WireRelation', WireRelation, wit, 'WorkItemRelation'],
  ['WireReference', WireReference, wit, 'WorkItemReference'],
  ['WireQueryResult', WireQueryResult, wit, 'WorkItemQueryResult'],
  ['WireArtifacts', WireArtifacts, wit, 'ArtifactUriQueryResult'],
  ['WireDeletion', WireDeletion, wit, 'WorkItemDelete'],
  ['WireDeletions', WireDeletions, wit, 'WorkItemDeleteBatch'],
  ['WireTypeReference', WireTypeReference, wit, 'WorkItemTypeReference'],
  ['WireCategory', WireCategory, wit, 'WorkItemTypeCategory'],
  ['WireTypeField', WireTypeField, wit, 'WorkItemTypeFieldWithReferences'],
  ['WireType', WireType, wit, 'WorkItemType'],
  ['WireField', WireField, wit, 'WorkItemField2'],
  ['WireProject', WireProject, core, 'TeamProject'],
  ['WireProjectReference', WireProjectReference, core, 'TeamProjectReference'],
  ['WireProcess', WireProcess, 'processes/7.1/workItemTrackingProcess.json', 'ProcessInfo'],
  ['WireOperation', WireOperation, 'operations/7.1/operations.json', 'Operation'],
] as const)(
  '[AZ23] %s has only what is described, of the type that is described',
  (_, schema, file, name) => {
    const described = propertiesOf(file, name);
    const { properties = {} } = z.toJSONSchema(schema, { io: 'input' });

    for (const [key, property] of Object.entries(properties)) {
      expect(described, `${name}.${key}`).toHaveProperty(key);
      for (const type of typesOf(property as JsonType)) expect([key, type]).toEqual([key, described[key]]);
    }
  },
);

const examples = 'wit/7.1/httpExamples';

/** Microsoft's own answers; lists are wrapped on the wire (rule 1 of the overlay). */
test.each([
  [`${examples}/workItems/POST__wit_workitems_create.json`, WireItem],
  [`${examples}/workItems/PATCH__wit_workitems__taskId_.json`, WireItem],
  [`${examples}/workItems/PATCH__wit_workitems__taskId_validate_only.json`, WireItem],
  [`${examples}/workItems/GET__wit_WorkItems_ids-_ids___expand-all.json`, WireItems],
  [`${examples}/workItemsBatch/POST__wit_WorkItemsBatch_ids-_ids__fields-_columns_.json`, WireItems],
  [`${examples}/wiql/GET__wit_get_id_workitems.json`, WireQueryResult],
  [`${examples}/artifacturiquery/POST__wit_artifacturiquery.json`, WireArtifacts],
  [`${examples}/workItemTypeCategories/GET__wit_workItemTypeCategories.json`, WireCategories],
  [`${examples}/workItemTypesField/GET__workItemType_fields_expand.json`, WireTypeFields],
  [`${examples}/workItemTypes/GET__wit_workItemTypes.json`, WireTypes],
  [`${examples}/fields/GET__wit_fields.json`, WireFields],
  ['core/7.1/httpExamples/projects/GET__projects.json', WireProjects],
  ['core/7.1/httpExamples/projects/POST__projects.json', WireOperation],
  ['processes/7.1/httpExamples/processes/GET__processes.json', WireProcesses],
])('[AZ23] the answer of %s is read', (path, schema) => {
  const { responses } = readSpec(path) as { responses: Readonly<Record<string, { body: unknown }>> };
  const { body } = responses['200'] ?? responses['202'] ?? { body: undefined };

  expect(schema.safeParse(Array.isArray(body) ? { value: body } : body).error).toBeUndefined();
});
