/** Secrets at rest: what opens, what never does, and which keys a server starts with (CN6). */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BadSettings } from '../../server/platform/config.ts';
import { openSealedSecrets } from '../../server/platform/sealed-secrets.ts';

const hexKey = '0f'.repeat(32);
const base64Key = Buffer.alloc(32, 0xf0).toString('base64');

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'syncline-keys-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const open = (key: string | null = hexKey, previousKey: string | null = null) =>
  openSealedSecrets({ key, previousKey, dataDir });

describe('sealing', () => {
  test('[CN6] what is sealed opens for its owner as it was, and for nobody else', () => {
    const secrets = open();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (text, owner, other) => {
        const sealed = secrets.seal(text, owner);

        expect(secrets.open(sealed, owner)).toBe(Buffer.from(text).toString());
        if (other !== owner) expect(secrets.open(sealed, other)).toBeUndefined();
      }),
    );
  });

  test('[CN6] whatever character of a sealed secret is changed, it opens as nothing', () => {
    const secrets = open();
    const sealed = secrets.seal('a token', 'owner');
    for (const [at, character] of Array.from(sealed).entries()) {
      // Its lowest bits may be padding; the second highest never is.
      const changed = `${sealed.slice(0, at)}${flip(character)}${sealed.slice(at + 1)}`;

      expect({ changed, opened: secrets.open(changed, 'owner') }).toEqual({ changed, opened: undefined });
    }
  });

  test.each(['', 'v1', 'v1....', 'v2.0.1.2.3', 'plain text', 'v1.x.y.z.w'])(
    '[CN6] "%s" opens as nothing',
    (text) => {
      expect(open().open(text, 'owner')).toBeUndefined();
    },
  );

  test('[CN6] the nonce has 96 bits and is another one each time', () => {
    const secrets = open();
    const nonces = Array.from({ length: 200 }, () => secrets.seal('same', 'owner').split('.')[2] ?? '');

    expect(new Set(nonces).size).toBe(200);
    expect(Buffer.from(nonces[0] ?? '', 'base64url')).toHaveLength(12);
  });
});

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function flip(character: string): string {
  const at = alphabet.indexOf(character);
  return at < 0 ? '!' : (alphabet[at ^ 16] ?? '!');
}

describe('keys', () => {
  test('[CN6] the previous key opens what it sealed, and the current one seals', () => {
    const old = open(hexKey).seal('a token', 'owner');
    const rotated = open(base64Key, hexKey);

    expect(rotated.open(old, 'owner')).toBe('a token');
    expect(rotated.isCurrent(old)).toBe(false);
    const renewed = rotated.seal('a token', 'owner');
    expect(rotated.isCurrent(renewed)).toBe(true);
    expect(open(base64Key).open(renewed, 'owner')).toBe('a token');
    expect(open(base64Key).open(old, 'owner')).toBeUndefined();
  });

  test('[CN5] a fingerprint is the same for the same text and key, and tells nothing without the key', () => {
    const rotated = open(base64Key, hexKey).fingerprints('a token');

    expect(rotated).toEqual([
      ...open(base64Key).fingerprints('a token'),
      ...open(hexKey).fingerprints('a token'),
    ]);
    expect(new Set([...rotated, ...open().fingerprints('a tokem')]).size).toBe(3);
  });

  test('[CN6] hex and base64 of the same bytes are the same key', () => {
    const sealed = open(hexKey).seal('a token', 'owner');

    expect(open(Buffer.from(hexKey, 'hex').toString('base64')).open(sealed, 'owner')).toBe('a token');
  });

  test.each([
    'correct-horse-battery',
    '00'.repeat(31),
    `${'00'.repeat(31)}zz`,
    Buffer.alloc(33).toString('base64'),
  ])('[CN6] "%s" is no key of 32 bytes: the server refuses to start, without repeating it', (key) => {
    for (const start of [() => open(key), () => open(hexKey, key)]) {
      expect(start).toThrow(BadSettings);
      expect(start).not.toThrow(key);
    }
  });
});

describe('the key file', () => {
  const file = () => join(dataDir, 'secret.key');

  test('[CN6] it is made for its owner alone, and used again', () => {
    const sealed = open(null).seal('a token', 'owner');

    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(['secret.key']);
    expect(open(null).open(sealed, 'owner')).toBe('a token');
  });

  test.each([0o640, 0o604, 0o620, 0o644])(
    '[CN6] with wider permissions the server refuses to start',
    (mode) => {
      open(null);
      chmodSync(file(), mode);

      expect(() => open(null)).toThrow(/chmod 600/);
      expect(() => open(hexKey)).not.toThrow();
    },
  );

  test('[CN6] a file without a key is refused and left as it is', () => {
    writeFileSync(file(), 'half a k', { mode: 0o600 });

    expect(() => open(null)).toThrow(BadSettings);
    expect(readFileSync(file(), 'utf8')).toBe('half a k');
  });
});
