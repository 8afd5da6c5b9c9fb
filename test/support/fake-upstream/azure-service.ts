/** Azure DevOps by path: who may come in, what may be said, who answers (FK1, FK2, FK11). */
import { AzureError, badToken, missingProject, throttled, toErrorReply } from './azure-error.ts';
import { findRoute } from './azure-routes.ts';
import type { BatchEntry } from './batch-route.ts';
import { unwrapEntry } from './batch-route.ts';
import { identityOf, readJson, type Call, type Reply } from './call.ts';
import type { Project } from './project.ts';
import type { ThrottleSettings } from './switches.ts';
import { findProject, type World } from './world.ts';

/** What the published descriptions say to a call, and to our own answer. */
export interface DescriptionCheck {
  /** What is wrong with the call; nothing when all is well. */
  checkCall(call: Call): readonly string[];
  checkReply(call: Call, reply: Reply): readonly string[];
}

export interface AzureAnswer {
  readonly reply: Reply;
  readonly delayMs: number;
  /** FK1: what broke the description, on either side. */
  readonly breaches: readonly string[];
}

export function answerAzure(world: World, check: DescriptionCheck, call: Call): AzureAnswer {
  const identity = identityOf(call);
  const stranger = refuseStranger(world, call);
  if (stranger !== undefined) return { reply: stranger, delayMs: 0, breaches: [] };
  const verdict = world.throttle.charge(identity, world.switches.throttle, call.atMs);
  const delayMs = verdict.outcome === 'delayed' ? delayOf(world.switches.throttle) : 0;
  if (verdict.outcome === 'refused') {
    return { reply: withHeaders(toErrorReply(throttled()), verdict.headers), delayMs: 0, breaches: [] };
  }
  const breaches = [...checkVersion(call), ...checkCall(world, check, call)];
  const reply = breaches.length > 0 ? toBreachReply(call, breaches) : answer(world, call);
  return {
    reply: withHeaders(reply, { ...verdict.headers, ActivityId: world.random.guid() }),
    delayMs,
    breaches: breaches.length > 0 ? breaches : checkOwnAnswer(world, check, call, reply),
  };
}

const delayOf = (settings: ThrottleSettings | null): number => settings?.delayMs ?? 0;

function answer(world: World, call: Call): Reply {
  try {
    const { segments } = call;
    const below = segments.indexOf('_apis');
    const found = findRoute(call.method, segments.slice(below + 1));
    if (found === undefined)
      throw new AzureError(404, 'VssResourceNotFoundException', `No route ${call.method} ${call.target}`);
    const project = below > 1 ? requireProject(world, segments[1] ?? '') : null;
    return found.handler({ world, call, project, params: found.params, json: readJson(call.text) });
  } catch (error) {
    if (error instanceof AzureError) return toErrorReply(error);
    throw error;
  }
}

function requireProject(world: World, name: string): Project {
  const project = findProject(world, name);
  if (project === undefined) throw missingProject(name);
  return project;
}

/** AZ19: strangers see a page to sign in, on PATCH a refusal. */
function refuseStranger(world: World, { method, headers, segments }: Call): Reply | undefined {
  const { pat, organization } = world.settings;
  const basic = `Basic ${Buffer.from(`:${pat}`).toString('base64')}`;
  if (headers.authorization !== basic && headers.authorization !== `Bearer ${pat}`) {
    return method === 'PATCH' ? toErrorReply(badToken()) : signIn(world.switches.badToken);
  }
  if (segments[0]?.toLowerCase() === organization.toLowerCase()) return undefined;
  return toErrorReply(
    new AzureError(
      404,
      'AccountNotFoundException',
      `VS800075: The organization ${segments[0] ?? ''} does not exist.`,
    ),
  );
}

export function signIn(status: 203 | 302): Reply {
  return {
    status,
    html: '<!DOCTYPE html><html><head><title>Azure DevOps Services | Sign In</title></head><body></body></html>',
    ...(status === 302 ? { headers: { Location: 'https://spsprodeus.vssps.visualstudio.com/_signin' } } : {}),
  };
}

const versionOf = ({ query, headers }: Call): string | undefined =>
  query.get('api-version') ?? /api-version=([\w.-]+)/.exec(headers.accept ?? '')?.[1];

function checkVersion(call: Call): string[] {
  const version = versionOf(call);
  const isBatch = call.segments.at(-1) === '$batch';
  if (version === undefined) return ['VssVersionNotSpecifiedException: no api-version was supplied'];
  const isKnown = isBatch ? /^[567]\.\d/.test(version) : /^7\.1(-preview(\.\d+)?)?$/.test(version);
  return isKnown ? [] : [`VssVersionOutOfRangeException: api-version ${version} is out of range`];
}

function checkCall(world: World, check: DescriptionCheck, call: Call): readonly string[] {
  if (call.segments.at(-1) !== '$batch') return check.checkCall(call);
  const entries = readJson(call.text);
  if (!Array.isArray(entries) || entries.length === 0) return ['a batch is an array of entries'];
  if (!call.headers['content-type']?.startsWith('application/json')) return ['a batch is application/json'];
  return (entries as BatchEntry[]).flatMap((entry, index) => checkEntry(world, check, call, entry, index));
}

/** FK1: as the single call it wraps. */
function checkEntry(
  world: World,
  check: DescriptionCheck,
  call: Call,
  entry: BatchEntry,
  index: number,
): string[] {
  if (typeof entry?.uri !== 'string' || typeof entry.method !== 'string')
    return [`entry ${index}: no method and uri`];
  const single = unwrapEntry(call, world.settings.organization, entry);
  return check.checkCall(single).map((text) => `entry ${index}: ${text}`);
}

function checkOwnAnswer(world: World, check: DescriptionCheck, call: Call, reply: Reply): readonly string[] {
  return answersIn(world, call, reply).flatMap(([single, answered]) =>
    check.checkReply(single, answered).map((text) => `own answer: ${text}`),
  );
}

/** The answers of a batch are those of the calls it wraps. */
function answersIn(world: World, call: Call, reply: Reply): (readonly [Call, Reply])[] {
  if (call.segments.at(-1) !== '$batch' || reply.status !== 200) return [[call, reply]];
  const entries = readJson(call.text) as readonly BatchEntry[];
  const { value } = reply.body as {
    readonly value: readonly { readonly code: number; readonly body: string }[];
  };
  return value.flatMap(({ code, body }, index) => {
    const entry = entries[index];
    if (entry === undefined) return [];
    return [
      [
        unwrapEntry(call, world.settings.organization, entry),
        { status: code, body: readJson(body) },
      ] as const,
    ];
  });
}

function toBreachReply(call: Call, [first = '']: readonly string[]): Reply {
  const typeKey = /^(\w+Exception): /.exec(first)?.[1] ?? 'VssPropertyValidationException';
  return toErrorReply(new AzureError(400, typeKey, `${first} (${call.method} ${call.target})`));
}

const withHeaders = (reply: Reply, headers: Readonly<Record<string, string>>): Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers },
});
