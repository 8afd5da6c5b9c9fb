/** Ardoq's reading side: who am I, workspaces, components, references, page by page (AR1 to AR5, FK16). */
import type { AzureAnswer } from './azure-service.ts';
import type { ArdoqWorkspace } from './ardoq-workspace.ts';
import type { Call, Reply } from './call.ts';
import type { World } from './world.ts';

export function answerArdoq(world: World, call: Call): AzureAnswer {
  const refused = refuseStranger(world, call);
  if (refused !== undefined) return { reply: refused, delayMs: 0, breaches: [] };
  const reply = call.method === 'GET' ? answer(world, call) : undefined;
  if (reply !== undefined) return { reply, delayMs: 0, breaches: [] };
  const breach = `Ardoq is only read, and only as far as the fake knows it: ${call.method} ${call.target}`;
  return { reply: failure(400, breach), delayMs: 0, breaches: [breach] };
}

const failure = (status: number, message: string): Reply => ({ status, body: { message } });

function refuseStranger({ settings }: World, { headers }: Call): Reply | undefined {
  if (headers.authorization !== `Bearer ${settings.ardoqToken}`) return failure(401, 'Invalid token');
  if (headers['x-org'] === undefined) return failure(400, 'The header X-org is missing');
  return headers['x-org'] === settings.ardoqOrg ? undefined : failure(403, 'No access to this organization');
}

function answer(world: World, call: Call): Reply | undefined {
  const [, , family = '', id, part] = call.segments;
  if (family === 'me') return { status: 200, body: toMe(world) };
  if (family === 'references') return id === undefined ? page(world, call, []) : failure(404, 'Not found');
  if (family === 'components')
    return id === undefined ? listComponents(world, call) : getComponent(world, id);
  if (family !== 'workspaces') return undefined;
  if (id === undefined) return page(world, call, [...world.workspaces.values()].map(toWorkspace));
  const workspace = world.workspaces.get(id);
  if (workspace === undefined) return failure(404, 'Not found');
  if (part === undefined) return { status: 200, body: toWorkspace(workspace) };
  return part === 'context' ? { status: 200, body: toContext(workspace) } : undefined;
}

const toMe = ({ settings }: World) => ({
  user: { _id: 'a'.repeat(24), email: 'ada@acme.example', name: 'Ada Architect' },
  org: { name: settings.ardoqOrg, label: settings.ardoqOrg },
});

const toWorkspace = ({ id, name }: ArdoqWorkspace) => ({ _id: id, name, description: null, type: null });

const toContext = (workspace: ArdoqWorkspace) => ({
  ...toWorkspace(workspace),
  componentTypes: [...workspace.types].map(([name, id]) => ({ id, name })),
  referenceTypes: [{ id: 1, name: 'Related' }],
});

function getComponent({ workspaces }: World, id: string): Reply {
  for (const { components } of workspaces.values()) {
    const found = components.find(({ _id }) => _id === id);
    if (found !== undefined) return { status: 200, body: found };
  }
  return failure(404, 'Not found');
}

const plainFilters: ReadonlySet<string> = new Set([
  'name',
  'rootworkspace',
  'parent',
  'componentkey',
  'typeid',
]);
const filterNames: Readonly<Record<string, string>> = {
  rootworkspace: 'rootWorkspace',
  componentkey: 'componentKey',
  typeid: 'typeId',
};

/** Undefined where a filter is none of Ardoq's. */
function listComponents(world: World, call: Call): Reply | undefined {
  const filters = [...new URLSearchParams(call.target.split('?')[1] ?? '')].filter(
    ([name]) => name !== cursorName,
  );
  if (filters.some(([name]) => !plainFilters.has(name.toLowerCase()) && !name.startsWith('customFields.')))
    return undefined;
  const all = [...world.workspaces.values()].flatMap(({ components }) => components);
  return page(
    world,
    call,
    all.filter((component) => filters.every(([name, value]) => String(valueOf(component, name)) === value)),
  );
}

function valueOf(component: Readonly<Record<string, unknown>>, name: string): unknown {
  if (!name.startsWith('customFields.'))
    return component[filterNames[name.toLowerCase()] ?? name.toLowerCase()];
  const fields = component['customFields'] as Readonly<Record<string, unknown>> | null;
  return fields?.[name.slice('customFields.'.length)];
}

const cursorName = '_cursor';

/** The cursor is opaque to clients; a switch sends it astray. */
function page(world: World, call: Call, all: readonly unknown[]): Reply {
  const { ardoqPageSize, ardoqNext } = world.switches;
  const start = Number(Buffer.from(call.query.get(cursorName) ?? '', 'base64url').toString() || 0);
  const end = start + Math.min(100, Math.max(1, ardoqPageSize));
  const hasNext = end < all.length;
  const url = new URL(call.target, call.origin);
  const at = ardoqNext === 'loop' ? start : end;
  url.searchParams.set(cursorName, Buffer.from(String(at)).toString('base64url'));
  const path = url.pathname + url.search;
  const href = {
    relative: path,
    loop: path,
    absolute: url.href,
    'foreign-host': `http://elsewhere.invalid${path}`,
  }[ardoqNext];
  return {
    status: 200,
    body: { values: all.slice(start, end), _links: hasNext ? { next: { href } } : {}, _meta: {} },
  };
}
