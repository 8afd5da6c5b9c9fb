/** Turns the zod schemas of the contract into named JSON schemas that refer to one another: the base of both API documents. */
import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

export interface NamedSchemas {
  /** By name, as `#/components/schemas/<name>` is to be found. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  refTo(schema: z.ZodType): { readonly $ref: string };
}

/** A schema that is given under several names keeps the first. */
export function nameSchemas(named: readonly (readonly [name: string, schema: z.ZodType])[]): NamedSchemas {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) if (!registry.has(schema)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: toRef, unrepresentable: 'any', override: allowMore });
  return {
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, withoutFrame(schema)]),
    ),
    refTo(schema) {
      const name = registry.get(schema)?.id;
      if (name === undefined) throw new Error('The schema has no name');
      return { $ref: toRef(name) };
    },
  };
}

/** What a caller writes: before defaults and conversions. */
export function toInputSchema(schema: z.ZodType): JsonSchema {
  return withoutFrame(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

/** Keys are only ever added: who reads must not refuse new ones (OP1). */
function allowMore({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

const toRef = (name: string): string => `#/components/schemas/${name}`;

/** The address of the dialect is that of the document, and the name is its key. */
function withoutFrame(schema: JsonSchema): JsonSchema {
  const { $schema: _dialect, $id: _name, ...rest } = schema;
  return rest;
}
