/** Secrets at rest, each bound to its owner, with keys that can be changed (CN6). */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { BadSettings } from './config.ts';
import { readKeyFile } from './key-file.ts';

export interface SealedSecrets {
  /** `v1.<key id>.<nonce>.<tag>.<ciphertext>`; it opens for the same owner only. */
  seal(text: string, owner: string): string;
  /** Undefined when no key fits, the text was changed, or it was sealed for another owner. */
  open(sealed: string, owner: string): string | undefined;
  /** False for what was sealed under the previous key, and waits for its next write. */
  isCurrent(sealed: string): boolean;
  /** Keyed digests for comparing without opening: the first under the current key, the others under earlier ones. */
  fingerprints(text: string): readonly [current: string, ...earlier: string[]];
}

export interface SecretKeys {
  /** `SYNCLINE_SECRET_KEY`: 32 bytes as base64 or hex. Null: a key file in the data folder. */
  readonly key: string | null;
  /** `SYNCLINE_SECRET_KEY_PREVIOUS`, while rotating. */
  readonly previousKey: string | null;
  readonly dataDir: string;
}

/** Throws `BadSettings` for a key that is none, and for a key file that others can read. */
export function openSealedSecrets({ key, previousKey, dataDir }: SecretKeys): SealedSecrets {
  const current = toKey(key === null ? readKeyFile(dataDir) : parseKey('SYNCLINE_SECRET_KEY', key));
  const earlier = previousKey === null ? [] : [toKey(parseKey('SYNCLINE_SECRET_KEY_PREVIOUS', previousKey))];
  return {
    seal: (text, owner) => seal(current, text, owner),
    open(sealed, owner) {
      const parts = parseSealed(sealed);
      const fitting = [current, ...earlier].find(({ id }) => id === parts?.keyId);
      return parts === null || fitting === undefined ? undefined : open(fitting, parts, owner);
    },
    isCurrent: (sealed) => parseSealed(sealed)?.keyId === current.id,
    fingerprints: (text) => [toFingerprint(current, text), ...earlier.map((one) => toFingerprint(one, text))],
  };
}

interface Key {
  /** Tells keys apart without telling anything about them. */
  readonly id: string;
  readonly bytes: Buffer;
  /** Digests are made under a key of their own. */
  readonly digestKey: Buffer;
}

const toKey = (bytes: Buffer): Key => ({
  id: derive(bytes, 'key id').toString('hex').slice(0, 16),
  bytes,
  digestKey: derive(bytes, 'fingerprint'),
});

const derive = (bytes: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', bytes, '', `syncline ${purpose}`, 32));

const toFingerprint = ({ digestKey }: Key, text: string): string =>
  createHmac('sha256', digestKey).update(text).digest('base64url');

function parseKey(setting: string, text: string): Buffer {
  const bytes = /^[\da-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length === 32 && /^[\w+/-]+={0,2}$/.test(text)) return bytes;
  throw new BadSettings(`${setting} must be 32 bytes as base64 or hex; "openssl rand -base64 32" makes one.`);
}

function seal({ id, bytes }: Key, text: string, owner: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(owner));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return ['v1', id, ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString('base64url'))].join(
    '.',
  );
}

interface SealedParts {
  readonly keyId: string;
  readonly nonce: Buffer;
  readonly tag: Buffer;
  readonly body: Buffer;
}

function parseSealed(sealed: string): SealedParts | null {
  const match = /^v1\.([\da-f]{16})\.([\w-]{16})\.([\w-]{22})\.([\w-]*)$/.exec(sealed);
  if (match === null) return null;
  const [, keyId = '', ...parts] = match;
  const [nonce, tag, body] = parts.map((part) => Buffer.from(part, 'base64url'));
  return nonce && tag && body ? { keyId, nonce, tag, body } : null;
}

function open({ bytes }: Key, { nonce, tag, body }: SealedParts, owner: string): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', bytes, nonce, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(owner)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    // Changed, or moved from another owner: one unreadable secret is the caller's to report (CN6).
    return undefined;
  }
}
