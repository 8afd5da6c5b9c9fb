import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mask, maskSecrets } from '../../../server/features/sessions/read/mask-secrets.ts';
import { toStored } from '../../../server/features/sessions/read/stored-text.ts';
import { assistant, called, codex, readLog, record, user } from './logs.ts';
import { introduced, privateKey, shaped } from './secrets.ts';

/** Any text that ends, or begins, where a word does. */
const before = fc
  .tuple(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constantFrom('', ' ', '\n', '\\n', '"', "'", '=', '(', ': ', '`', '/'),
  )
  .map(([text, end]) => (end === '' ? '' : text + end));
const after = fc
  .tuple(
    fc.constantFrom(' ', '\n', '\\n', '"', "'", ')', ',', ';', '`'),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
  )
  .map(([start, text]) => start + text);

describe('[GU11] a secret is never stored', () => {
  test.each(Object.entries(shaped))('known by its shape: %s', (_, secrets) => {
    fc.assert(
      fc.property(before, secrets, after, (start, secret, end) => {
        const masked = maskSecrets(start + secret + end);

        expect(masked.text).not.toContain(secret);
        expect(masked.text).toContain(mask);
        expect(masked.count).toBeGreaterThan(0);
      }),
    );
  });

  test.each(Object.entries(introduced))('known by what stands around it: %s', (_, texts) => {
    fc.assert(
      fc.property(texts, after, ({ text, secret }, end) => {
        const masked = maskSecrets(`See\n${text}${end}`).text;

        expect(masked).not.toContain(secret);
        expect(masked).toContain(mask);
      }),
    );
  });

  test('whole private keys, also those whose end is missing', () => {
    fc.assert(
      fc.property(before, privateKey, after, fc.boolean(), (start, key, end, isWhole) => {
        const text = isWhole ? start + key + end : start + key.slice(0, -30);
        const masked = maskSecrets(text);

        expect(masked.text).toBe(
          isWhole ? maskSecrets(start).text + mask + maskSecrets(end).text : maskSecrets(start).text + mask,
        );
      }),
    );
  });

  test.each(Object.entries(shaped))('nor half of it where the text is cut: %s', (_, secrets) => {
    fc.assert(
      fc.property(secrets, fc.nat({ max: 220 }), (secret, place) => {
        const limit = 500;
        const text = `${'word '.repeat(100).slice(0, limit - (place % (secret.length - 1)) - 2)} ${secret} ${'more '.repeat(200)}`;
        const stored = toStored(text, limit);

        expect(stored.text.endsWith(mask)).toBe(true);
        expect(stored.masked).toBe(1);
      }),
    );
  });

  test('in whatever place of a record it stands', () => {
    const secrets = Object.values(shaped).filter((_, place) => place < 8);
    fc.assert(
      fc.property(fc.oneof(...secrets), (secret) => {
        const claude = readLog('claude', [
          user(`Use ${secret} now`, { cwd: `/x/${secret}`, gitBranch: `b/${secret}`, slug: 'a' }),
          user(`/deploy ${secret}`),
          user(`<command-name>/go</command-name><command-args>${secret}</command-args>`),
          assistant([
            { type: 'text', text: secret },
            { type: 'thinking', thinking: secret },
          ]),
          ...called(
            'Bash',
            { command: `echo ${secret} > /x/${secret}/a.md`, nested: [{ deep: secret }] },
            secret,
          ),
          ...called('Write', { file_path: `/x/${secret}.md`, content: secret }, '', { isError: true }),
          ...called('Task', { subagent_type: secret, description: secret, prompt: secret }),
          ...called('Skill', { skill: secret, args: secret }),
          ...['custom-title', 'ai-title', 'last-prompt'].map((type) => record(type, { title: secret })),
          record('summary', { summary: secret }),
          record('system', { content: secret }),
          record('pr-link', { prUrl: `https://x.example/${secret}` }),
        ]);
        const other = readLog('codex', [
          codex('session_meta', { cwd: `/x/${secret}`, git: { branch: secret } }),
          codex('event_msg', { type: 'user_message', message: secret }),
          codex('event_msg', { type: 'thread_name_updated', thread_name: secret }),
          codex('response_item', {
            type: 'function_call',
            name: 'shell',
            arguments: `{"command":"cat ${secret}/a.md"}`,
          }),
          codex('response_item', {
            type: 'custom_tool_call',
            name: 'apply_patch',
            input: `*** Begin Patch\n*** Add File: ${secret}\n`,
          }),
          codex('response_item', { type: 'function_call_output', call_id: 'x', output: secret }),
          codex('compacted', { message: secret }),
        ]);

        expect(JSON.stringify([claude, other])).not.toContain(secret);
        expect(claude.maskedSecrets).toBeGreaterThan(10);
      }),
      { numRuns: 40 },
    );
  });

  test('of tool input, where the name of the key tells', () => {
    const { records } = readLog('claude', called('mcp__db__open', { password: 'correct horse', port: 5432 }));

    expect(records[0]?.blocks[0]?.text).toBe(`{"password":"${mask}","port":5432}`);
  });
});

describe('what is no secret stays', () => {
  test.each([
    'The password: see the vault. A token is a word; max_tokens=4096, token count: 12345678.',
    'password: string; token: Token; const token = nextToken(); secret = getSecret(name)',
    'API_KEY=$API_KEY PASSWORD=${DB_PASSWORD} token=<your-token> secret: process.env.SECRET',
    'if (token == other12345678) return; token === expected123456789',
    'uuid 258c7280-ae70-4798-800f-63464d01a85d, commit 0123456789abcdef0123456789abcdef01234567',
    'toolu_01MGqJNAucDoKPyZKrzvWLmx msg_01EEiRWuVvwAmenNJXZcerPY req_011CY2vXjEarsCbh9bG1N7Yz',
    'task-notification-for-background-command and risk-assessment-documentation-overview',
    'https://example.com:8080/a@b git@github.com:ada/atlas.git http://localhost:3000/@scope/name',
    'docs/project_plans/implementation_plans/features/foo-bar-v1.md',
    '[masked] password=[masked] {"token": "[masked]"}',
  ])('%s', (text) => {
    expect(maskSecrets(text)).toEqual({ text, count: 0 });
  });

  test('masking what is masked changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(...Object.values(introduced)), ({ text }) => {
        const once = maskSecrets(text).text;

        expect(maskSecrets(once)).toEqual({ text: once, count: 0 });
      }),
    );
  });
});

test.each([
  ['runs', 'a'],
  ['beginnings of tokens', 'eyJ'],
  ['prefixes', 'ghp_sk-'],
  ['key lines', '-----BEGIN PRIVATE KEY'],
  ['key names', 'PRIVATE KEY '],
  ['addresses', 'a://b:'],
  ['names', 'password'],
  ['assignments', 'token='],
  ['quotes', 'token="'],
  ['options', '--token '],
  ['logins', '-u a:'],
  ['dots', 'a.'],
])('[GU11] time grows with the text only: %s', (_, part) => {
  const text = part.repeat(2_000_000 / part.length);
  const start = performance.now();

  maskSecrets(text);

  // Quadratic work on 2 MB would take minutes.
  expect(performance.now() - start).toBeLessThan(4000);
});
