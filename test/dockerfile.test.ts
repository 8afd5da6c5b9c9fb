/** The image is built by rules that need no Docker to check: pinned, small, without root and without secrets. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

interface Instruction {
  readonly name: string;
  readonly text: string;
}

interface Stage {
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** Comments and line continuations resolved; one stage for each FROM. */
function parseStages(dockerfile: string): Stage[] {
  const lines = dockerfile
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: { base: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, name = '', text = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') stages.push({ base: text.split(' ')[0] ?? '', instructions: [] });
    else stages.at(-1)?.instructions.push({ name, text });
  }
  return stages;
}

function all(stages: readonly Stage[], name: string): string[] {
  return stages
    .flatMap((stage) => stage.instructions)
    .flatMap((one) => (one.name === name ? [one.text] : []));
}

function last(stages: readonly Stage[], name: string): string {
  return all(stages.slice(-1), name).at(-1) ?? '';
}

type Rule = (stages: readonly Stage[]) => boolean;

/** Each rule with a Dockerfile that breaks it, so that no rule can be one that everything passes. */
const rules: readonly (readonly [string, Rule, broken: string])[] = [
  [
    'the base is pinned to a patch version',
    (stages) => stages.every(({ base }) => /^[a-z/]+:\d+\.\d+\.\d+-[a-z]+/.test(base)),
    'FROM node:latest',
  ],
  ['what builds is not shipped', (stages) => stages.length > 1, 'FROM node:24.0.0-slim'],
  [
    'all stages stand on one base',
    (stages) => new Set(stages.map(({ base }) => base)).size === 1,
    'FROM node:24.0.0-slim AS build\nFROM node:22.0.0-slim',
  ],
  [
    'it does not run as root',
    (stages) => !['', 'root', '0', 'root:root', '0:0'].includes(last(stages, 'USER')),
    'FROM a\nUSER node\nUSER root',
  ],
  [
    'files are copied into it with their owner',
    (stages) => all(stages.slice(-1), 'COPY').every((text) => text.includes('--chown=')),
    'FROM a\nCOPY . .',
  ],
  [
    'it says whether it lives',
    (stages) => /CMD \["node", "-e", ".*\/livez/.test(last(stages, 'HEALTHCHECK')),
    'FROM a\nHEALTHCHECK NONE',
  ],
  [
    'signals reach the program: no shell in between',
    (stages) => [last(stages, 'CMD'), last(stages, 'ENTRYPOINT')].every((text) => /^\[".*"\]$/.test(text)),
    'FROM a\nENTRYPOINT ["tini", "--"]\nCMD node main.js',
  ],
  [
    'no secret is baked in',
    (stages) =>
      [...all(stages, 'ENV'), ...all(stages, 'ARG')].every(
        (text) => !/token|secret|password|key/i.test(text),
      ),
    'FROM a\nENV SYNCLINE_TOKEN=hunter22',
  ],
  [
    'dependencies are the locked ones',
    (stages) => all(stages, 'RUN').every((text) => !/npm (install|i)\b/.test(text)),
    'FROM a\nRUN npm install',
  ],
  [
    'lists of packages are not kept',
    (stages) =>
      all(stages, 'RUN').every(
        (text) => !text.includes('apt-get install') || text.includes('rm -rf /var/lib/apt/lists'),
      ),
    'FROM a\nRUN apt-get install -y git',
  ],
  ['nothing is fetched by ADD', (stages) => all(stages, 'ADD').length === 0, 'FROM a\nADD https://host/x /x'],
  ['data lies in a volume', (stages) => last(stages, 'VOLUME') === '/data', 'FROM a\nUSER node'],
];

const root = join(import.meta.dirname, '..');
const stages = parseStages(readFileSync(join(root, 'Dockerfile'), 'utf8'));

describe('the image', () => {
  test.each(rules)('%s', (_, holds, broken) => {
    expect(holds(stages)).toBe(true);
    expect(holds(parseStages(broken))).toBe(false);
  });

  test('runs on a Node that the program supports', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    const [major = 0] = (stages[0]?.base.split(':')[1] ?? '').split('.').map(Number);

    expect(major).toBeGreaterThanOrEqual(Number(/\d+/.exec(manifest.engines.node)?.[0]));
  });
});

describe('what is sent to the builder', () => {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');

  test('is listed, so that a new folder stays out until somebody lets it in', () => {
    expect(lines.find((line) => line !== '' && !line.startsWith('#'))).toBe('*');
  });

  test.each(['.git', 'node_modules', 'dist', 'test', '.env'])('is not %s', (path) => {
    expect(lines).not.toContain(`!${path}`);
  });

  test.each(['**/node_modules', '**/.syncline', '**/.env*'])('leaves %s out at any depth', (pattern) => {
    expect(lines).toContain(pattern);
  });
});
