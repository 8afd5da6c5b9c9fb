/** All of ajv that the fake uses: JSON schemas to functions that say what is wrong. */
import { Ajv } from 'ajv';

/** What is wrong with a value, in words; nothing when it fits. */
export type SchemaCheck = (value: unknown) => readonly string[];

export interface SchemaCompiler {
  /** Makes `name#/definitions/…` known to later schemas. */
  addDefinitions(name: string, definitions: unknown): void;
  compile(schema: object): SchemaCheck;
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/i;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const isInt32 = (value: number) => Number.isInteger(value) && Math.abs(value) <= 2 ** 31;

export function createSchemaCompiler(): SchemaCompiler {
  const ajv = new Ajv({
    strict: false,
    logger: false,
    allErrors: false,
    formats: {
      'date-time': dateTime,
      uuid,
      int32: { type: 'number', validate: isInt32 },
      int64: { type: 'number', validate: Number.isInteger },
      double: { type: 'number', validate: Number.isFinite },
      float: { type: 'number', validate: Number.isFinite },
      byte: true,
    },
  });
  return {
    addDefinitions: (name, definitions) => void ajv.addSchema({ $id: name, definitions }),
    compile(schema) {
      const validate = ajv.compile(schema);
      return (value) => {
        if (validate(value)) return [];
        // The first is the innermost; those after it only repeat that its surroundings do not fit either.
        const [first] = validate.errors ?? [];
        return [`${first?.instancePath || 'the body'} ${first?.message ?? 'is not as described'}`];
      };
    },
  };
}
