/** What `npm start` and `npm test` do before anything else: install what is missing, build what has changed. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const bootstrap = join(import.meta.dirname, '../../server/bootstrap');

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'syncline-bootstrap-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function write(path: string, content: unknown): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
}

/** A program that adds its arguments to calls.txt and then does what the script says. */
async function fakeProgram(path: string, script: string): Promise<void> {
  const calls = JSON.stringify(join(root, 'calls.txt'));
  await write(
    path,
    `#!/usr/bin/env node
    const fs = require('node:fs');
    fs.appendFileSync(${calls}, process.argv.slice(2).join(' ') + '\\n');
    ${script}`,
  );
  await chmod(join(root, path), 0o755);
}

async function readCalls(): Promise<string[]> {
  const text = await readFile(join(root, 'calls.txt'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

/** Runs one of the two in a process of its own, with our npm first in its PATH; answers what it said. */
async function call(
  step: 'installIfNeeded' | 'buildIfStale',
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const module = step === 'installIfNeeded' ? 'install.mjs' : 'build.mjs';
  const program = `const it = await import(${JSON.stringify(join(bootstrap, module))});
    try { await it.${step}(${JSON.stringify(root)}, console.log); }
    catch (error) { console.log('FAILED ' + error.message); }`;
  const env = { ...process.env, ...environment, PATH: `${join(root, 'bin')}:${process.env.PATH}` };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env,
  });
  return stdout;
}

describe('installing', () => {
  const lock = {
    packages: {
      '': { name: 'syncline', version: '1.0.0' },
      'node_modules/used': { version: '1.2.3' },
      'node_modules/of-another-system': { version: '1.0.0', optional: true },
    },
  };

  beforeEach(async () => {
    await write('package-lock.json', lock);
    await fakeProgram(
      'bin/npm',
      "if (process.env.NPM_FAILS) { console.error('registry is down'); process.exit(7); }",
    );
  });

  test('is left out, without a word, where what is locked is there', async () => {
    await write('node_modules/.package-lock.json', {
      packages: { 'node_modules/used': { version: '1.2.3' } },
    });

    expect(await call('installIfNeeded')).toBe('');
    expect(await readCalls()).toEqual([]);
  });

  test.each([
    ['nothing is installed', undefined],
    ['an install was cut off', '{"packages":'],
    ['a package is missing', { packages: {} }],
    ['a package has another version', { packages: { 'node_modules/used': { version: '1.2.2' } } }],
  ])('takes what is locked, with the compiler, where %s', async (_, installed) => {
    if (installed !== undefined) await write('node_modules/.package-lock.json', installed);

    expect(await call('installIfNeeded', { NODE_ENV: 'production' })).toMatch(
      /^Installing dependencies …\nInstalled dependencies in \d+\.\d s\n$/,
    );
    expect(await readCalls()).toEqual(['ci --no-audit --no-fund --include=dev --include=optional']);
  });

  test('that fails says what npm said', async () => {
    expect(await call('installIfNeeded', { NPM_FAILS: '1' })).toMatch(
      /FAILED npm ci .* failed \(7\):\nregistry is down/,
    );
  });
});

describe('building', () => {
  beforeEach(async () => {
    await write('server/main.ts', 'one');
    await write('shared/ids.ts', 'one');
    await write('client/page.tsx', 'one');
    await write('client/sdk/caller.ts', 'one');
    await write('tsconfig.json', '{}');
    const leave = (result: string) =>
      `if (fs.readFileSync(${JSON.stringify(join(root, 'server/main.ts'))}, 'utf8') === 'broken' && ${JSON.stringify(result)}.includes('server')) {
         console.log('main.ts(1,1): error'); process.exit(2);
       }
       fs.mkdirSync('dist/' + ${JSON.stringify(dirname(result))}, { recursive: true });
       fs.writeFileSync('dist/' + ${JSON.stringify(result)}, '');`;
    await fakeProgram('node_modules/typescript/bin/tsc', leave('server/main.js'));
    await fakeProgram('node_modules/vite/bin/vite.js', leave('client/index.html'));
  });

  test('a fresh clone builds both parts and says so', async () => {
    const said = await call('buildIfStale');

    expect(said.split('\n').toSorted()).toEqual([
      '',
      expect.stringMatching(/^Built the client in \d+\.\d s$/),
      expect.stringMatching(/^Built the server in \d+\.\d s$/),
    ]);
  });

  test('what is built already is left alone, without a word', async () => {
    await call('buildIfStale');

    expect(await call('buildIfStale')).toBe('');
  });

  test.each([
    ['server/main.ts', /^Built the server in .*\n$/],
    ['client/page.tsx', /^Built the client in .*\n$/],
    ['client/sdk/caller.ts', /^(Built the (server|client) in .*\n){2}$/],
    ['shared/ids.ts', /^(Built the (server|client) in .*\n){2}$/],
    ['shared/new.ts', /^(Built the (server|client) in .*\n){2}$/],
    ['test/one.test.ts', /^$/],
  ])('a change of %s builds what is made of it', async (path, said) => {
    await call('buildIfStale');
    await write(path, 'two');

    expect(await call('buildIfStale')).toMatch(said);
  });

  test('a result that was deleted is built again', async () => {
    await call('buildIfStale');
    await rm(join(root, 'dist/server'), { recursive: true });

    expect(await call('buildIfStale')).toMatch(/^Built the server/);
  });

  test('a build that fails says why and is tried again', async () => {
    await write('server/main.ts', 'broken');

    expect(await call('buildIfStale')).toMatch(
      /FAILED .*tsc -p tsconfig\.build\.json failed \(2\):\nmain\.ts\(1,1\): error/,
    );
    expect(await call('buildIfStale')).toContain('FAILED');
  });
});
