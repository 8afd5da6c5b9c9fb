/** The operations of the published descriptions, corrected, and found by the calls that mean them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSchemaCompiler, type SchemaCheck, type SchemaCompiler } from './ajv.ts';
import {
  correctAnswer,
  correctDefinitions,
  correctPaths,
  correctSchema,
  mayBeEmpty,
  type Schema,
  type SwaggerDocument,
  type SwaggerOperation,
  type SwaggerParameter,
} from './overlay.ts';

export interface DescribedOperation {
  readonly method: string;
  readonly operationId: string;
  /** Where its examples lie. */
  readonly examples: readonly string[];
  readonly parameters: readonly SwaggerParameter[];
  readonly consumes: readonly string[];
  readonly mayBeEmpty: boolean;
  /** Compiled at first use; undefined where there is none. */
  readonly checkBody: SchemaCheck | undefined;
  readonly checkAnswer: SchemaCheck | undefined;
}

export interface FoundOperation {
  readonly operation: DescribedOperation;
  readonly pathValues: Readonly<Record<string, string>>;
}

export interface Descriptions {
  readonly operations: readonly DescribedOperation[];
  /** `path` begins with the organization. */
  find(method: string, path: string, queryNames: ReadonlySet<string>): FoundOperation | undefined;
  knowsPath(path: string): boolean;
}

export const specFolder = join(import.meta.dirname, 'spec/specification');

const files = [
  'wit/7.1/workItemTracking.json',
  'core/7.1/core.json',
  'operations/7.1/operations.json',
  'processes/7.1/workItemTrackingProcess.json',
];

interface PathPattern {
  readonly pattern: RegExp;
  readonly names: readonly string[];
  /** Literal characters: the more, the nearer. */
  readonly weight: number;
  /** Query parameters that tell this operation from another at the same path. */
  readonly neededQuery: readonly string[];
  readonly operation: DescribedOperation;
}

export function loadDescriptions(): Descriptions {
  const compiler = createSchemaCompiler();
  const patterns = files.flatMap((file) => readPatterns(file, compiler)).sort((a, b) => b.weight - a.weight);
  return {
    operations: [...new Set(patterns.map(({ operation }) => operation))],
    knowsPath: (path) => patterns.some(({ pattern }) => pattern.test(path)),
    find(method, path, queryNames) {
      for (const { pattern, names, neededQuery, operation } of patterns) {
        if (operation.method !== method || !neededQuery.every((name) => queryNames.has(name))) continue;
        const found = pattern.exec(path);
        if (found === null) continue;
        return {
          operation,
          pathValues: Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ''])),
        };
      }
      return undefined;
    },
  };
}

function readPatterns(file: string, compiler: SchemaCompiler): PathPattern[] {
  const document = readDocument(join(specFolder, file));
  const name = file.replaceAll('/', '-');
  compiler.addDefinitions(name, correctDefinitions(document.definitions));
  const paths = [...Object.entries(document.paths), ...Object.entries(document['x-ms-paths'] ?? {})];
  return paths.flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, source]) => {
      const parameters = (source.parameters ?? []).map((each) => resolve(document, each));
      const operation = describe(method.toUpperCase(), template, source, parameters, (schema) =>
        compileLazily(compiler, name, schema),
      );
      const neededQuery = [...new URLSearchParams(template.split('?')[1] ?? '').keys()].map((key) =>
        key.toLowerCase(),
      );
      return correctPaths(template, parameters).map((path) => ({
        ...toPattern(path),
        neededQuery,
        operation,
      }));
    }),
  );
}

/** The files begin with a byte order mark. */
const readDocument = (path: string): SwaggerDocument =>
  JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, '')) as SwaggerDocument;

function resolve({ parameters }: SwaggerDocument, parameter: SwaggerParameter): SwaggerParameter {
  if (parameter.$ref === undefined) return parameter;
  return parameters[parameter.$ref.split('/').at(-1) ?? ''] ?? parameter;
}

function describe(
  method: string,
  template: string,
  source: SwaggerOperation,
  parameters: readonly SwaggerParameter[],
  compile: (schema: Schema) => SchemaCheck,
): DescribedOperation {
  const body = parameters.find((each) => each.in === 'body')?.schema;
  const answer = source.responses['200']?.schema;
  return {
    method,
    operationId: source.operationId,
    examples: Object.values(source['x-ms-examples'] ?? {}).map(({ $ref }) => $ref),
    parameters,
    consumes: source.consumes ?? [],
    mayBeEmpty: mayBeEmpty(method, template),
    checkBody: body === undefined ? undefined : compile(correctSchema(body)),
    checkAnswer: answer === undefined ? undefined : compile(correctAnswer(answer)),
  };
}

function compileLazily(compiler: SchemaCompiler, name: string, schema: Schema): SchemaCheck {
  let check: SchemaCheck | undefined;
  const text = JSON.stringify(schema).replaceAll('"#/definitions/', `"${name}#/definitions/`);
  return (value) => (check ??= compiler.compile(JSON.parse(text) as object))(value);
}

function toPattern(path: string): { pattern: RegExp; names: string[]; weight: number } {
  const names: string[] = [];
  const source = path.replace(/\{(\w+)\}|[^{]+/g, (part, name: string | undefined) => {
    if (name === undefined) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
    names.push(name);
    return '([^/]+)';
  });
  return { pattern: new RegExp(`^${source}$`, 'i'), names, weight: path.replace(/\{\w+\}/g, '').length };
}
