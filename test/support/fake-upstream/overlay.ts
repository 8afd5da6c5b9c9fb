/**
 * Microsoft's descriptions as they hold on the wire. Taken literally they reject most real traffic; these are the
 * eight corrections of the ado-spec README, by its numbers.
 */

export type Schema = Readonly<Record<string, unknown>>;

export interface SwaggerParameter {
  readonly in: 'path' | 'query' | 'body' | 'header';
  readonly name: string;
  readonly required?: boolean;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly schema?: Schema;
  readonly 'x-ms-required'?: boolean;
  readonly $ref?: string;
}

export interface SwaggerOperation {
  readonly operationId: string;
  readonly consumes?: readonly string[];
  readonly parameters?: readonly SwaggerParameter[];
  readonly responses: Readonly<Record<string, { readonly schema?: Schema }>>;
  readonly 'x-ms-examples'?: Readonly<Record<string, { readonly $ref: string }>>;
}

export interface SwaggerDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, SwaggerOperation>>>>;
  readonly 'x-ms-paths'?: SwaggerDocument['paths'];
  readonly definitions: Readonly<Record<string, Schema>>;
  readonly parameters: Readonly<Record<string, SwaggerParameter>>;
}

const anything: Schema = {};

/** 5 and 8: what two definitions are in truth. */
const replacements: Readonly<Record<string, Schema>> = {
  JsonPatchDocument: { type: 'array', items: { $ref: '#/definitions/JsonPatchOperation' } },
  JsonPatchOperation: {
    type: 'object',
    required: ['op', 'path'],
    properties: {
      op: { enum: ['add', 'remove', 'replace', 'move', 'copy', 'test'] },
      path: { type: 'string' },
      from: { type: ['string', 'null'] },
      value: anything,
    },
  },
  ReferenceLinks: { type: 'object', additionalProperties: true },
};

export const correctDefinitions = (definitions: SwaggerDocument['definitions']): Record<string, Schema> =>
  Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, replacements[name] ?? correctSchema(schema)]),
  );

export function correctSchema(schema: Schema): Schema {
  if (isAnything(schema)) return anything;
  const corrected: Record<string, unknown> = { ...schema };
  if (isSchema(schema['additionalProperties'])) {
    corrected['additionalProperties'] = correctSchema(schema['additionalProperties']);
  }
  if (isSchema(schema['items'])) corrected['items'] = correctSchema(schema['items']);
  if (Array.isArray(schema['allOf'])) corrected['allOf'] = (schema['allOf'] as Schema[]).map(correctSchema);
  if (isSchema(schema['properties'])) {
    corrected['properties'] = Object.fromEntries(
      Object.entries(schema['properties'] as Record<string, Schema>).map(([name, each]) => [
        name,
        toNullable(correctSchema(each)),
      ]),
    );
  }
  return corrected;
}

/** 2 and 3: an object nobody describes is any value. */
const isAnything = (schema: Schema): boolean =>
  schema['type'] === 'object' &&
  schema['properties'] === undefined &&
  schema['allOf'] === undefined &&
  schema['additionalProperties'] === undefined;

/** 4 */
const toNullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** 1: a list travels in an envelope; `errorPolicy=omit` leaves holes in it (AZ4). */
export function correctAnswer(schema: Schema): Schema {
  if (schema['type'] !== 'array') return correctSchema(schema);
  const items = correctSchema(isSchema(schema['items']) ? schema['items'] : anything);
  return {
    type: 'object',
    required: ['count', 'value'],
    properties: { count: { type: 'integer' }, value: { type: 'array', items: toNullable(items) } },
  };
}

/** 6: a path without the segments that may be left out, in all combinations. */
export function correctPaths(template: string, parameters: readonly SwaggerParameter[]): string[] {
  const optional = ['project', 'team'].filter(
    (name) =>
      parameters.find((each) => each.in === 'path' && each.name === name)?.['x-ms-required'] === false,
  );
  return optional.reduce(
    (paths, name) => [...paths, ...paths.map((path) => path.replace(`/{${name}}`, ''))],
    [template.split('?')[0] ?? template],
  );
}

/** 7: both ways to delete may answer without a body. */
export const mayBeEmpty = (method: string, path: string): boolean =>
  method === 'DELETE' || /\/workitemsdelete$/i.test(path);
