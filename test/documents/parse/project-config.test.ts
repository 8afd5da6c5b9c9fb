import { expect, test } from 'vitest';
import { emptyConfig, parseProjectConfig } from '../../../server/features/documents/parse/project-config.ts';
import { lines } from './read.ts';

test('[PJ1] schema version and profile come from either file', () => {
  expect(parseProjectConfig(lines('schema_version: 3', 'profile: solo')).config).toMatchObject({
    schemaVersion: '3',
    profile: 'solo',
  });
  expect(
    parseProjectConfig(lines('# SDLC Studio', 'schema_version: 2', 'skill_version: "2.4.0"'), '.version'),
  ).toMatchObject({
    config: { schemaVersion: '2', profile: null },
    issues: [],
  });
});

test('the keys of other tools are no concern of ours', () => {
  const text = lines(
    'schema_version: 2',
    'provenance:',
    '  adopt_after: 57',
    '  enforce: false',
    'status_vocab: {}',
    'health: {}',
  );

  expect(parseProjectConfig(text)).toEqual({ config: { ...emptyConfig(), schemaVersion: '2' }, issues: [] });
});

test('[HC4] health settings are read', () => {
  const { config } = parseProjectConfig(
    lines('health:', '  suppress: [MISSING_OWNER, STALE_DOCUMENT]', '  stale_days: 90'),
  );

  expect(config.health).toEqual({ suppress: ['MISSING_OWNER', 'STALE_DOCUMENT'], staleDays: 90 });
});

test.each(['', '# only a comment\n', '---\n', 'null\n', '\uFEFFschema_version:\n'])(
  '%j is an empty configuration',
  (text) => {
    expect(parseProjectConfig(text)).toEqual({ config: emptyConfig(), issues: [] });
  },
);

test.each<[string, string, number | null]>([
  ['a: [', 'YAML_ERROR', 1],
  ['ok: 1\na: &x 1\n', 'YAML_ERROR', 2],
  ['just words\n', 'YAML_ERROR', null],
  ['- a\n- b\n', 'YAML_ERROR', null],
  [`a: ${'x'.repeat(300_000)}`, 'TOO_LARGE', null],
])('%j leaves the built-in tables and an issue', (text, code, line) => {
  const { config, issues } = parseProjectConfig(text, 'sub/.config.yaml');

  expect(config).toEqual(emptyConfig());
  expect(issues).toMatchObject([{ path: 'sub/.config.yaml', code, line }]);
});

test.each([
  ['status_vocab: [Gated]', 'status_vocab'],
  ['status_vocab: {story: 5}', 'status_vocab.story'],
  ['status_aliases: {gated: nonsense}', 'status_aliases.gated'],
  ['status_aliases: {nonsense: [gated]}', 'status_aliases.nonsense'],
  ['types: {colours: {a: b}}', 'types.colours'],
  ['types: {prefixes: {"A.*": adr}}', 'types.prefixes.A.*'],
  ['types: {folders: {adrs: [adr]}}', 'types.folders.adrs'],
  ['types: {__proto__: {a: b}}', 'types.__proto__'],
  ['health: {stale_days: 0}', 'health.stale_days'],
  ['health: {colour: red}', 'health.colour'],
])('%s is named and has no effect', (entry, name) => {
  const { config, issues } = parseProjectConfig(`schema_version: 2\n${entry}\n`);

  expect(config).toEqual({ ...emptyConfig(), schemaVersion: '2' });
  expect(issues).toMatchObject([{ code: 'UNKNOWN_KEYS', line: 2 }]);
  expect(issues[0]?.message.startsWith(name)).toBe(true);
});
