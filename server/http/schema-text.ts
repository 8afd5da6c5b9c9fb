/** A JSON schema in a few characters, as a person would write the type: for the printed pages of the contract. */
import type { JsonSchema } from './json-schemas.ts';

export function toSchemaText(schema: JsonSchema | boolean | undefined): string {
  if (schema === undefined || typeof schema === 'boolean') return 'any';
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'any';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined) return [...new Set(variants.map(toSchemaText))].join(' or ');
  if (schema.type === 'array') return `list of ${toSchemaText(toSingle(schema.items))}`;
  if (schema.type === 'object') return toObjectText(schema);
  return [schema.type ?? 'any'].flat().join(' or ');
}

/** Tuples do not occur in the contract. */
const toSingle = (items: JsonSchema['items']): JsonSchema | boolean | undefined =>
  Array.isArray(items) ? undefined : (items as JsonSchema | boolean | undefined);

function toObjectText({ properties = {}, required = [], additionalProperties }: JsonSchema): string {
  const parts = Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));
  if (typeof additionalProperties === 'object') parts.push(`… ${toSchemaText(additionalProperties)}`);
  return `{ ${parts.join(', ')} }`;
}
