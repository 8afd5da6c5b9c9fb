/** Which handler answers which path below `_apis`. */
import { postArtifactQuery } from './artifact-route.ts';
import type { AzureHandler } from './azure-context.ts';
import { postBatch } from './batch-route.ts';
import { deleteItem, deleteMany, destroyInBin, getFromBin, listBin, restore } from './deletion-routes.ts';
import {
  getItem,
  getRevisions,
  getUpdates,
  listItems,
  patchItem,
  postItem,
  postItemsBatch,
} from './item-routes.ts';
import { getOperation, getProject, listProcesses, listProjects, postProject } from './project-routes.ts';
import {
  getCategories,
  getField,
  getFields,
  getRelationTypes,
  getStates,
  getType,
  getTypeField,
  getTypeFields,
  getTypes,
} from './type-routes.ts';
import { postWiql } from './wiql-routes.ts';

const table: readonly (readonly [method: string, path: string, handler: AzureHandler])[] = [
  ['GET', 'projects', listProjects],
  ['POST', 'projects', postProject],
  ['GET', 'projects/:project', getProject],
  ['GET', 'operations/:id', getOperation],
  ['GET', 'work/processes', listProcesses],
  ['POST', 'wit/workitems/$:type', postItem],
  ['PATCH', 'wit/workitems/$:type', postItem],
  ['GET', 'wit/workitems', listItems],
  ['GET', 'wit/workitems/:id', getItem],
  ['PATCH', 'wit/workitems/:id', patchItem],
  ['DELETE', 'wit/workitems/:id', deleteItem],
  ['GET', 'wit/workitems/:id/revisions', getRevisions],
  ['GET', 'wit/workitems/:id/updates', getUpdates],
  ['POST', 'wit/workitemsbatch', postItemsBatch],
  ['POST', 'wit/workitemsdelete', deleteMany],
  ['GET', 'wit/recyclebin', listBin],
  ['GET', 'wit/recyclebin/:id', getFromBin],
  ['PATCH', 'wit/recyclebin/:id', restore],
  ['DELETE', 'wit/recyclebin/:id', destroyInBin],
  ['POST', 'wit/wiql', postWiql],
  ['POST', 'wit/artifacturiquery', postArtifactQuery],
  ['POST', 'wit/$batch', postBatch],
  ['PATCH', 'wit/$batch', postBatch],
  ['GET', 'wit/workitemtypes', getTypes],
  ['GET', 'wit/workitemtypes/:type', getType],
  ['GET', 'wit/workitemtypes/:type/fields', getTypeFields],
  ['GET', 'wit/workitemtypes/:type/fields/:field', getTypeField],
  ['GET', 'wit/workitemtypes/:type/states', getStates],
  ['GET', 'wit/fields', getFields],
  ['GET', 'wit/fields/:field', getField],
  ['GET', 'wit/workitemtypecategories', getCategories],
  ['GET', 'wit/workitemrelationtypes', getRelationTypes],
];

const routes = table.map(([method, path, handler]) => ({ method, parts: path.split('/'), handler }));

export interface FoundRoute {
  readonly handler: AzureHandler;
  readonly params: Readonly<Record<string, string>>;
}

/** `segments` are those after `_apis`. */
export function findRoute(method: string, segments: readonly string[]): FoundRoute | undefined {
  for (const route of routes) {
    if (route.method !== method || route.parts.length !== segments.length) continue;
    const params = match(route.parts, segments);
    if (params !== undefined) return { handler: route.handler, params };
  }
  return undefined;
}

function match(parts: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part.startsWith('$:')) {
      if (!segment.startsWith('$')) return undefined;
      params[part.slice(2)] = segment.slice(1);
    } else if (part !== segment.toLowerCase()) return undefined;
  }
  return params;
}
