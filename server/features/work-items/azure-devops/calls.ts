/** Every call of Azure DevOps that Syncline makes, as data: addresses, queries and bodies in one place (AZ1). */
import type { UpstreamCall } from '../../../platform/upstream/upstream.ts';
import { TrackerFailure, type NewItem, type PatchOperation } from '../tracker.ts';

export interface AzureCall {
  readonly method: UpstreamCall['method'];
  /** Below the organisation, percent-encoded, with its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly isIdempotent: boolean;
  /** For messages: `create the work item`. */
  readonly purpose: string;
  /** It begins with `test /rev`: a conflict means a stale revision (AZ3). */
  readonly isGuarded?: boolean;
}

/** Of reads, deletes and look-ups by artifact (AZ4, AZ8). */
export const mostIds = 200;
/** Of one `$batch`: the service has its own bound, ours is lower (AZ14). */
export const mostBatched = 50;

export const readProject = (nameOrId: string): AzureCall =>
  // Without the parameter the capabilities are absent, and with them the process (AZ12).
  read(`read the project "${nameOrId}"`, `/_apis/projects/${segment(nameOrId)}`, {
    includeCapabilities: 'true',
  });

export const listProjects = (after: { readonly token: string | null }): AzureCall =>
  read('list the projects', '/_apis/projects', {
    $top: '200',
    ...(after.token === null ? {} : { continuationToken: after.token }),
  });

export const createProject = (body: unknown): AzureCall => ({
  method: 'POST',
  path: address('/_apis/projects', {}),
  body,
  isIdempotent: false,
  purpose: 'create the project',
});

export const readOperation = (id: string): AzureCall =>
  read(`read the operation ${id}`, `/_apis/operations/${segment(id)}`);

export const listProcesses = (): AzureCall => read('list the processes', '/_apis/work/processes');

export const listCategories = (project: string): AzureCall =>
  read('read the work item type categories', `/${segment(project)}/_apis/wit/workitemtypecategories`);

export const listTypes = (project: string): AzureCall =>
  read('read the work item types', `/${segment(project)}/_apis/wit/workitemtypes`);

export const listFields = (project: string): AzureCall =>
  read('read the fields', `/${segment(project)}/_apis/wit/fields`);

export const listTypeFields = (project: string, type: string): AzureCall =>
  read(
    `read the fields of the type "${type}"`,
    `/${segment(project)}/_apis/wit/workitemtypes/${segment(type)}/fields`,
    { $expand: 'all' },
  );

export const query = (project: string, wiql: string, top: number): AzureCall => ({
  method: 'POST',
  path: address(`/${segment(project)}/_apis/wit/wiql`, { $top: String(top) }),
  body: { query: wiql },
  isIdempotent: true,
  purpose: 'query work items',
});

/** `fields` and `$expand` exclude each other (AZ4). */
export type Portion = { readonly fields: readonly string[] } | { readonly $expand: 'relations' };

export const readBatch = (ids: readonly number[], portion: Portion): AzureCall => ({
  method: 'POST',
  path: address('/_apis/wit/workitemsbatch', {}),
  body: { ids, ...portion, errorPolicy: 'omit' },
  isIdempotent: true,
  purpose: 'read work items',
});

export const findArtifacts = (project: string, addresses: readonly string[]): AzureCall => ({
  method: 'POST',
  path: address(`/${segment(project)}/_apis/wit/artifacturiquery`, {}),
  body: { artifactUris: addresses },
  isIdempotent: true,
  purpose: 'look up work items by their links',
});

export const createItem = (
  project: string,
  item: NewItem,
  how: { readonly isProbe: boolean },
): AzureCall => ({
  method: 'POST',
  path: address(typePath(project, item.type), {
    $expand: 'all',
    ...(how.isProbe ? { validateOnly: 'true' } : {}),
  }),
  body: item.patch,
  contentType: patchType,
  // A probe stores nothing: it may be sent again (AZ5).
  isIdempotent: how.isProbe,
  purpose: how.isProbe ? 'check the new work item' : 'create the work item',
});

export const updateItem = (
  id: number,
  patch: readonly PatchOperation[],
  how: { readonly isProbe: boolean },
): AzureCall => ({
  method: 'PATCH',
  path: address(`/_apis/wit/workitems/${id}`, {
    $expand: 'all',
    ...(how.isProbe ? { validateOnly: 'true' } : {}),
  }),
  body: patch,
  contentType: patchType,
  isIdempotent: how.isProbe,
  purpose: how.isProbe ? `check the change of work item ${id}` : `update work item ${id}`,
  isGuarded: true,
});

export const createBatch = (project: string, items: readonly NewItem[]): AzureCall => ({
  method: 'PATCH',
  path: address('/_apis/wit/$batch', {}, batchVersion),
  body: items.map(({ type, patch }, index) => ({
    method: 'PATCH',
    uri: address(typePath(project, type), {}, batchVersion),
    headers: { 'Content-Type': patchType },
    body: [{ op: 'add', path: '/id', value: -(index + 1) }, ...patch],
  })),
  isIdempotent: false,
  purpose: `create ${items.length} work items`,
});

export const deleteItems = (
  project: string,
  ids: readonly number[],
  { destroy }: { readonly destroy: boolean },
): AzureCall => ({
  method: 'POST',
  path: address(`/${segment(project)}/_apis/wit/workitemsdelete`, {}),
  body: { ids, destroy },
  isIdempotent: false,
  purpose: `delete ${ids.length} work items`,
});

const version = '7.1';
/** The last one that is documented for `$batch` (AZ14). */
const batchVersion = '5.0';
const patchType = 'application/json-patch+json';

function read(purpose: string, path: string, parameters: Readonly<Record<string, string>> = {}): AzureCall {
  return { method: 'GET', path: address(path, parameters), isIdempotent: true, purpose };
}

/** The dollar is literal, the type after it encoded (AZ2). */
const typePath = (project: string, type: string): string =>
  `/${segment(project)}/_apis/wit/workitems/$${segment(type)}`;

function address(path: string, parameters: Readonly<Record<string, string>>, apiVersion = version): string {
  const pairs = Object.entries({ ...parameters, 'api-version': apiVersion });
  return `${path}?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`;
}

/** Dots alone would climb out of the path, also when they are encoded; nothing is called so. */
function segment(text: string): string {
  if (/^\.{0,2}$/.test(text)) {
    throw new TrackerFailure(`"${text}" is no name that Azure DevOps knows.`, {
      kind: 'not-found',
      isAmbiguous: false,
    });
  }
  return encodeURIComponent(text);
}
