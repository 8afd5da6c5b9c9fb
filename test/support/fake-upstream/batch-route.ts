/** `$batch`: creates and updates in one call, each judged by itself (AZ14, FK10). */
import { AzureError, badArgument, toErrorReply } from './azure-error.ts';
import type { AzureContext } from './azure-context.ts';
import { toCall, type Call, type Reply } from './call.ts';
import { createItem, updateItem } from './item-change.ts';
import { toWire } from './work-item-view.ts';
import type { WorkItem } from './work-item.ts';
import { findProject } from './world.ts';

export interface BatchEntry {
  readonly method: string;
  readonly uri: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export function postBatch(context: AzureContext): Reply {
  const { switches } = context.world;
  const entries = context.json as readonly BatchEntry[];
  if (!switches.batchAvailable)
    throw new AzureError(404, 'VssResourceNotFoundException', 'The resource is not available.');
  const aliases = new Map<number, number>();
  const answers: Reply[] = [];
  if (switches.batchFailure === 'one-for-all')
    return toBatchReply([toErrorReply(badArgument('The batch is malformed.'))]);
  for (const entry of entries) answers.push(answerEntry(context, entry, aliases));
  return toBatchReply(answers.slice(0, Math.max(0, answers.length - switches.batchAnswersMissing)));
}

/** The single call an entry wraps (FK1). */
export function unwrapEntry(call: Call, organization: string, entry: BatchEntry): Call {
  const target = `/${organization}${entry.uri}`;
  const headers = Object.fromEntries(
    Object.entries(entry.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return toCall({ ...call, method: entry.method, target, headers, text: JSON.stringify(entry.body ?? null) });
}

interface EntryTarget {
  readonly project: string | undefined;
  /** `$Type` or an id. */
  readonly item: string;
}

function readEntry({ method, uri, body }: BatchEntry): EntryTarget | undefined {
  const found = /^(?:\/([^/]+))?\/_apis\/wit\/workitems\/([^/?]+)(?:\?|$)/i.exec(uri);
  if (method !== 'PATCH' || found?.[2] === undefined || !Array.isArray(body)) return undefined;
  return { project: found[1] && decodeURIComponent(found[1]), item: decodeURIComponent(found[2]) };
}

function answerEntry(context: AzureContext, entry: BatchEntry, aliases: Map<number, number>): Reply {
  try {
    const target = readEntry(entry);
    if (target === undefined)
      throw badArgument(`The batch entry ${entry.method} ${entry.uri} is not supported.`);
    const project =
      target.project === undefined ? null : (findProject(context.world, target.project) ?? null);
    const call = unwrapEntry(context.call, context.world.settings.organization, entry);
    const inner: AzureContext = { ...context, project, call, json: entry.body };
    const item = change(inner, target.item, aliases);
    return { status: 200, body: toWire(inner, item, { relations: true, links: true, fields: null }) };
  } catch (error) {
    if (error instanceof AzureError) return toErrorReply(error);
    throw error;
  }
}

function change(context: AzureContext, target: string, aliases: Map<number, number>): WorkItem {
  if (!target.startsWith('$')) return updateItem(context, Number(target), aliases);
  const item = createItem(context, target.slice(1), aliases);
  const alias = readAlias(context.json);
  if (alias !== undefined) aliases.set(alias, item.id);
  return item;
}

function readAlias(body: unknown): number | undefined {
  const operations = body as readonly { readonly path: string; readonly value?: unknown }[];
  const id = operations.find(({ path }) => path === '/id')?.value;
  return typeof id === 'number' && id < 0 ? id : undefined;
}

function toBatchReply(answers: readonly Reply[]): Reply {
  const value = answers.map(({ status, body }) => ({
    code: status,
    headers: { 'Content-Type': 'application/json; charset=utf-8; api-version=5.0' },
    body: JSON.stringify(body),
  }));
  return { status: 200, body: { count: value.length, value } };
}
