/** What a call is about, in one word: for fault rules, logs and "no write was sent". */
import { readJson, type Call } from './call.ts';

export type CallKind =
  | 'create'
  | 'update'
  | 'delete'
  | 'batch'
  | 'restore'
  | 'create-project'
  | 'read'
  | 'query'
  | 'artifact-query'
  | 'types'
  | 'projects'
  | 'ardoq';

const writes: ReadonlySet<CallKind> = new Set([
  'create',
  'update',
  'delete',
  'batch',
  'restore',
  'create-project',
]);

export const isWrite = (kind: CallKind): boolean => writes.has(kind);

export function kindOf({ method, segments }: Call): CallKind {
  if (segments[0] === 'api') return 'ardoq';
  const below = segments.slice(segments.indexOf('_apis') + 1).map((segment) => segment.toLowerCase());
  const [area, resource = '', item = ''] = below;
  if (area !== 'wit') return method === 'POST' ? 'create-project' : 'projects';
  if (resource === '$batch') return 'batch';
  if (resource === 'wiql') return 'query';
  if (resource === 'artifacturiquery') return 'artifact-query';
  if (resource === 'workitemsdelete' || method === 'DELETE') return 'delete';
  if (resource === 'recyclebin') return method === 'PATCH' ? 'restore' : 'read';
  if (resource === 'workitems' && item.startsWith('$')) return 'create';
  if (resource === 'workitems' && method === 'PATCH') return 'update';
  return resource === 'workitems' || resource === 'workitemsbatch' ? 'read' : 'types';
}

/** Titles a call would give: of a patch, or of the patches in a batch. */
export function titlesOf(call: Call): readonly string[] {
  if (!call.text.includes('/fields/System.Title')) return [];
  const body = readJson(call.text);
  if (!Array.isArray(body)) return [];
  return (body as readonly unknown[]).flatMap((part) => titlesIn(part));
}

function titlesIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('body' in part)
    return Array.isArray(part.body) ? part.body.flatMap((inner: unknown) => titlesIn(inner)) : [];
  if (!('path' in part) || !('value' in part)) return [];
  return part.path === '/fields/System.Title' && typeof part.value === 'string' ? [part.value] : [];
}
