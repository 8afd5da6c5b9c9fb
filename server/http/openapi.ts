/** The OpenAPI 3.1 document of the HTTP surface, made of the schemas that the server validates with (GR10). */
import type { Route } from '../../shared/api/define.ts';
import { routes } from '../../shared/api/index.ts';
import { SynclineEvent } from '../../shared/events/index.ts';
import { ErrorBody, httpStatusOf } from '../../shared/failure.ts';
import { IssueRecord, OperationRecord } from '../../shared/operations.ts';
import { Project } from '../../shared/views/project.ts';
import { nameSchemas, toInputSchema, type JsonSchema, type NamedSchemas } from './json-schemas.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export function createOpenApi(version: string): { readonly [key: string]: Json } {
  const named = nameSchemas([
    ['ErrorBody', ErrorBody],
    ['OperationRecord', OperationRecord],
    ['IssueRecord', IssueRecord],
    ['Project', Project],
    ['Event', SynclineEvent],
    ...toAnswers(),
  ]);
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Syncline',
      version,
      description: 'Planning documents, indexed live. Every failure has one shape, whatever the path.',
    },
    paths: toPaths(named),
    components: {
      schemas: named.schemas,
      responses: toErrorResponses(named),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    // Without SYNCLINE_TOKEN nobody is asked.
    security: [{ token: [] }, {}],
  };
  return JSON.parse(JSON.stringify(document)) as { readonly [key: string]: Json };
}

function toAnswers(): [name: string, schema: NonNullable<Route['answer']>][] {
  return Object.entries<Route>(routes).flatMap(([name, { answer }]) =>
    answer === null ? [] : [[`${name.charAt(0).toUpperCase()}${name.slice(1)}Answer`, answer]],
  );
}

function toPaths(named: NamedSchemas): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, route] of Object.entries<Route>(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = toOperation(name, route, named);
  }
  return paths;
}

function toOperation(name: string, route: Route, named: NamedSchemas): object {
  const responses = { ...toSuccess(route, named), ...toFailures(route), ...toBadNews(route, named) };
  return {
    operationId: name,
    summary: route.summary,
    'x-role': route.role,
    parameters: toParameters(route),
    ...(route.body !== undefined && {
      requestBody: { content: { 'application/json': { schema: toInputSchema(route.body) } } },
    }),
    responses,
  };
}

function toParameters({ method, params, query, isIdempotent }: Route): object[] {
  return [
    ...listProperties(params, 'path'),
    ...listProperties(query, 'query'),
    ...(isIdempotent === true
      ? [toHeader('Idempotency-Key', 'The same key and body get the first answer again')]
      : []),
    ...(method === 'GET' ? [toHeader('If-None-Match', 'Answers 304 while the ETag is the same')] : []),
  ];
}

const toHeader = (name: string, description: string): object => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
});

export function listProperties(
  schema: Route['query'],
  place: 'path' | 'query',
): { name: string; in: string; required: boolean; schema: JsonSchema }[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = toInputSchema(schema);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property as JsonSchema,
  }));
}

/** Work that may be waited for answers 200 after its end and 202 before (OP25). */
function toSuccess(route: Route, named: NamedSchemas): Record<string, object> {
  const { answer, alsoAs = [], status, method, body } = route;
  if (answer === null) return { [status]: { description: 'Done; nothing to say' } };
  const isStream = route.path.endsWith('/events');
  const success = {
    description: route.summary,
    content: {
      'application/json': { schema: named.refTo(answer) },
      ...(isStream && { 'text/event-stream': { schema: { type: 'string' } } }),
      ...Object.fromEntries(alsoAs.map((mediaType) => [mediaType, { schema: { type: 'string' } }])),
    },
  };
  const mayWait = body !== undefined && 'background' in (toInputSchema(body).properties ?? {});
  return {
    [status]: success,
    ...(mayWait && { 200: success, 202: success }),
    ...(method === 'GET' && { 304: { description: 'The ETag is still the same' } }),
  };
}

/** Probes tell bad news in their own shape (SH2, ST5). */
function toBadNews({ path, answer }: Route, named: NamedSchemas): Record<string, object> {
  if (!probes.has(path) || answer === null) return {};
  const content = { 'application/json': { schema: named.refTo(answer) } };
  return { 503: { description: 'Not well; the same keys', content } };
}

const probes: ReadonlySet<string> = new Set(['/api/health', '/api/v1/system/health', '/readyz']);

const everywhere = [401, 403, 421, 422, 429, 500, 503];
const whereSomethingIsNamed = [404];
const whereSomethingChanges = [400, 409];
const whereABodyIsRead = [413, 415];

function toFailures({ method, params, query, body }: Route): Record<string, object> {
  const isNamed = params !== undefined || query?.shape['project'] !== undefined;
  const statuses = [
    ...everywhere,
    ...(isNamed ? whereSomethingIsNamed : []),
    ...(method === 'GET' ? [] : whereSomethingChanges),
    ...(body === undefined ? [] : whereABodyIsRead),
  ];
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/Error${status}` }]),
  );
}

function toErrorResponses(named: NamedSchemas): Record<string, object> {
  const codesOf = new Map<number, string[]>();
  for (const [code, status] of Object.entries(httpStatusOf)) {
    codesOf.set(status, [...(codesOf.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    Array.from(codesOf, ([status, codes]) => [
      `Error${status}`,
      { description: codes.join(', '), content: { 'application/json': { schema: named.refTo(ErrorBody) } } },
    ]),
  );
}
