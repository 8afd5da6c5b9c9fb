/** Applies a JSON Patch to a work item's fields and links; says what the service says where it cannot (AZ2, AZ3). */
import { AzureError, badArgument, fieldTwice, staleRev, unknownField } from './azure-error.ts';
import { findField } from './field-definition.ts';
import { splitTags } from './tags.ts';
import { isSameLink, type Draft, type FieldValue, type Link } from './work-item.ts';

export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
  readonly from?: string | null;
}

export interface PatchSurroundings {
  /** -1 while the work item has none. */
  readonly id: number;
  readonly rev: number;
  readonly staleRevStatus: 409 | 412;
  /** Undefined where the service drops the link in silence. */
  readonly readLink: (value: unknown) => Link | undefined;
}

export function applyPatch(
  base: Draft,
  operations: readonly PatchOperation[],
  around: PatchSurroundings,
): Draft {
  refuseFieldTwice(operations);
  const fields = { ...base.fields };
  const removed = new Set<number>();
  const added: Link[] = [];
  const comments = new Map<number, string | null>();

  for (const operation of operations) {
    const [, room = '', name = '', ...rest] = operation.path.split('/');
    if (operation.op === 'copy' || operation.op === 'move')
      throw badArgument(`Operation ${operation.op} is not supported.`);
    if (room === 'rev' || room === 'id') testNumber(operation, room, around);
    else if (room === 'fields') changeField(fields, operation, name);
    else if (room === 'relations' && operation.op === 'add' && name === '-') {
      const link = around.readLink(operation.value);
      if (link === undefined) continue;
      const others = [...base.links.filter((_, index) => !removed.has(index)), ...added];
      if (others.some((each) => isSameLink(each, link))) {
        throw new AzureError(400, 'RelationAlreadyExistsException', 'Relation already exists.');
      }
      added.push(link);
    } else if (room === 'relations')
      changeRelation(base.links, operation, Number(name), rest, removed, comments);
    else throw badArgument(`You must pass a valid patch document: path ${operation.path} is not supported.`);
  }

  const kept = base.links
    .map((link, index) => (comments.has(index) ? { ...link, comment: comments.get(index) ?? null } : link))
    .filter((_, index) => !removed.has(index));
  return { fields, links: [...kept, ...added] };
}

function refuseFieldTwice(operations: readonly PatchOperation[]): void {
  const seen = new Set<string>();
  for (const { op, path } of operations) {
    if (op === 'test' || !path.toLowerCase().startsWith('/fields/')) continue;
    const field = findField(path.slice('/fields/'.length))?.referenceName ?? path.slice('/fields/'.length);
    if (seen.has(field)) throw fieldTwice(field);
    seen.add(field);
  }
}

function testNumber({ op, value }: PatchOperation, room: 'rev' | 'id', around: PatchSurroundings): void {
  // AZ14: a create in a batch names itself with a negative id.
  if (room === 'id') return;
  if (op !== 'test') throw badArgument('Path /rev can only be tested.');
  if (Number(value) !== around.rev) throw staleRev(around.staleRevStatus, around.id);
}

function changeField(fields: Record<string, FieldValue>, { op, value }: PatchOperation, name: string): void {
  const field = findField(name);
  if (field === undefined || field.referenceName.toLowerCase() !== name.toLowerCase())
    throw unknownField(name);
  if (op === 'test') {
    if ((fields[field.referenceName] ?? null) !== value) {
      throw new AzureError(
        412,
        'TestPatchOperationFailed',
        `VS403351: Test Operation for path /fields/${name} failed.`,
      );
    }
    return;
  }
  if (op === 'remove' || value === null || value === undefined || value === '') {
    delete fields[field.referenceName];
    return;
  }
  fields[field.referenceName] = toFieldValue(field.kind, field.referenceName, value);
}

function toFieldValue(kind: string, name: string, value: unknown): FieldValue {
  if (kind === 'integer' || kind === 'double') {
    const number = typeof value === 'number' ? value : Number(value);
    if (!Number.isFinite(number) || (kind === 'integer' && !Number.isInteger(number))) {
      throw badArgument(`TF20013: The value for field ${name} is not a number.`);
    }
    return number;
  }
  if (kind === 'boolean') return value === true || value === 'true';
  if (kind === 'identity' && typeof value === 'object' && value !== null && 'uniqueName' in value) {
    return String(value.uniqueName);
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw badArgument(`The value for field ${name} is not of its type.`);
  }
  const text = String(value);
  if (kind === 'dateTime') {
    if (Number.isNaN(Date.parse(text)))
      throw badArgument(`TF20014: The value for field ${name} is not a date.`);
    return new Date(text).toISOString();
  }
  return name === 'System.Tags' ? splitTags(text).join('; ') : text;
}

function changeRelation(
  links: readonly Link[],
  { op, value, path }: PatchOperation,
  index: number,
  rest: readonly string[],
  removed: Set<number>,
  comments: Map<number, string | null>,
): void {
  if (!Number.isInteger(index) || index < 0 || index >= links.length) {
    throw badArgument(`Index out of range for path ${path}.`);
  }
  if (op === 'remove' && rest.length === 0) {
    removed.add(index);
    return;
  }
  if ((op === 'replace' || op === 'add') && rest.join('/') === 'attributes/comment') {
    comments.set(index, typeof value === 'string' ? value : null);
    return;
  }
  throw badArgument(`You must pass a valid patch document: ${op} ${path} is not supported.`);
}
