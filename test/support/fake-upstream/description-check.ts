/** Holds calls and our own answers to the published descriptions (FK1). */
import type { DescriptionCheck } from './azure-service.ts';
import { readJson, type Call, type Reply } from './call.ts';
import {
  loadDescriptions,
  type DescribedOperation,
  type Descriptions,
  type FoundOperation,
} from './descriptions.ts';
import type { SwaggerParameter } from './overlay.ts';

let loaded: Descriptions | undefined;

/** Read and compiled once a process, at the first call. */
export const sharedDescriptions = (): Descriptions => (loaded ??= loadDescriptions());

export function createDescriptionCheck(): DescriptionCheck {
  return {
    checkCall(call) {
      const found = find(call);
      if (found === undefined) return [toUnknown(call)];
      const { operation, pathValues } = found;
      return [
        ...operation.parameters.flatMap((each) => checkParameter(each, call, pathValues)),
        ...checkQueryNames(operation, call),
        ...checkBody(operation, call),
      ];
    },
    checkReply(call, reply) {
      const operation = find(call)?.operation;
      return operation === undefined || reply.status >= 300 ? [] : checkAnswer(operation, reply);
    },
  };
}

function find(call: Call): FoundOperation | undefined {
  const path = `/${call.segments.join('/')}`;
  // AZ2: a create may be a PATCH, which the description does not say; in $batch it has to be one.
  const method = call.method === 'PATCH' && /\/workitems\/\$[^/]+$/i.test(path) ? 'POST' : call.method;
  return sharedDescriptions().find(method, path, new Set(call.query.keys()));
}

function toUnknown({ method, segments }: Call): string {
  const isKnown = sharedDescriptions().knowsPath(`/${segments.join('/')}`);
  return isKnown ? `the method ${method} is not described` : 'the path is not described';
}

function checkParameter(
  parameter: SwaggerParameter,
  call: Call,
  pathValues: Readonly<Record<string, string>>,
): string[] {
  const { name } = parameter;
  if (parameter.in !== 'path' && parameter.in !== 'query') return [];
  // The version may stand in the Accept header: whoever checks it knows.
  if (name === 'api-version') return [];
  const value = parameter.in === 'path' ? pathValues[name] : call.query.get(name.toLowerCase());
  if (value === undefined) {
    return parameter.in === 'query' && parameter.required === true
      ? [`the query parameter ${name} is missing`]
      : [];
  }
  return isOfType(parameter, value) ? [] : [`${name}=${value} is not of its type`];
}

function isOfType({ type, format, enum: values }: SwaggerParameter, value: string): boolean {
  if (values !== undefined) return values.some((each) => each.toLowerCase() === value.toLowerCase());
  if (format === 'array (int32)') return value.split(',').every((part) => /^\s*-?\d+\s*$/.test(part));
  if (type === 'integer') return /^-?\d+$/.test(value);
  if (type === 'boolean') return /^(true|false)$/i.test(value);
  if (format === 'date-time') return !Number.isNaN(Date.parse(value));
  if (format === 'uuid') return /^[0-9a-f-]{36}$/i.test(value);
  return true;
}

function checkQueryNames({ parameters }: DescribedOperation, { query }: Call): string[] {
  const known = new Set(parameters.flatMap((each) => (each.in === 'query' ? [each.name.toLowerCase()] : [])));
  known.add('api-version');
  return [...query.keys()]
    .filter((name) => !known.has(name))
    .map((name) => `the query parameter ${name} is not described`);
}

function checkBody(
  { consumes, checkBody: check }: DescribedOperation,
  { headers, text }: Call,
): readonly string[] {
  if (check === undefined) return text === '' ? [] : ['a body is not described'];
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!consumes.includes(type))
    return [`the content type ${type || '(none)'} is not ${consumes.join(' or ')}`];
  const body = readJson(text);
  return body === undefined ? ['the body is not JSON'] : check(body);
}

function checkAnswer(
  { checkAnswer: check, mayBeEmpty }: DescribedOperation,
  { status, body }: Reply,
): readonly string[] {
  if (body === undefined) return mayBeEmpty || status === 204 ? [] : [`${status} without a body`];
  return check === undefined ? [] : check(body);
}
