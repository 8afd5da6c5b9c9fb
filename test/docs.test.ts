/** Documentation that says what the code says: rules that tests quote are listed, generated pages are fresh. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { routes } from '../shared/api/index.ts';
import { eventTypes } from '../shared/events/index.ts';
import { httpStatusOf } from '../shared/failure.ts';
import { generateDocuments } from '../server/generated-documents.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const listed = [...read('docs/rules.md').matchAll(/^- \*\*([A-Z]+\d+)\*\* \S/gm)].map(([, id]) => id ?? '');

const testFiles = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') || name.endsWith('.test.tsx'))
  .map((name) => `test/${name}`);

/** `[DX4, DX5]` at the start of a name quotes two rules, `[OP27.3]` a part of one. */
function quotedRules(text: string): string[] {
  const rule = String.raw`[A-Z]{1,4}\d+(?:\.\d+)?`;
  const quotes = text.matchAll(new RegExp(String.raw`['"\`]\[(${rule}(?:, ?${rule})*)\] `, 'g'));
  return [...quotes].flatMap(([, ids = '']) => ids.split(/, ?/)).map((id) => id.replace(/\.\d+$/, ''));
}

test('every rule that a test quotes is listed in docs/rules.md', () => {
  const unknown = testFiles.flatMap((file) =>
    quotedRules(read(file))
      .filter((id) => !listed.includes(id))
      .map((id) => `${file}: ${id}`),
  );

  expect(unknown).toEqual([]);
});

test('tests do quote rules, so that the check above looks at something', () => {
  expect(testFiles.flatMap((file) => quotedRules(read(file))).length).toBeGreaterThan(100);
});

test('docs/rules.md lists each rule once', () => {
  expect(listed.filter((id, at) => listed.indexOf(id) !== at)).toEqual([]);
});

const { version } = JSON.parse(read('package.json')) as { version: string };
const generated = generateDocuments(version);

test.each(Object.keys(generated))('docs/generated/%s is fresh (npm run docs writes it)', (name) => {
  expect(read(`docs/generated/${name}`)).toBe(generated[name]);
});

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
  readonly components: { readonly responses: Readonly<Record<string, { readonly description: string }>> };
}

test('[GR10] the OpenAPI document names every route and every failure code', () => {
  const { paths, components } = JSON.parse(generated['openapi.json'] ?? '') as OpenApi;

  const named = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  const codes = Object.values(components.responses).flatMap(({ description }) => description.split(', '));

  expect(named.toSorted()).toEqual(Object.keys(routes).toSorted());
  expect(codes.toSorted()).toEqual(Object.keys(httpStatusOf).toSorted());
});

test('[EV1] the AsyncAPI document carries every event', () => {
  const { components } = JSON.parse(generated['asyncapi.json'] ?? '') as {
    components: { messages: Record<string, { name: string }> };
  };

  const names = Object.values(components.messages).map(({ name }) => name);

  expect(names).toEqual(expect.arrayContaining([...eventTypes]));
});

test.each(['openapi.json', 'asyncapi.json'])('every reference in %s leads somewhere', (name) => {
  const text = generated[name] ?? '';
  const document = JSON.parse(text) as unknown;

  const dangling = [...text.matchAll(/"\$ref": "#\/([^"]+)"/g)]
    .map(([, pointer = '']) => pointer)
    .filter((pointer) => pointer.split('/').reduce(follow, document) === undefined);

  expect(dangling).toEqual([]);
});

const follow = (place: unknown, key: string): unknown =>
  typeof place === 'object' && place !== null ? (place as Record<string, unknown>)[key] : undefined;
