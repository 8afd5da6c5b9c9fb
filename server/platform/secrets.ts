/** Secrets at rest: an authenticated cipher under a key that is given, or made once in the data folder (RP2). */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readKeyFile } from './key-file.ts';

export interface Secrets {
  seal(text: string): string;
  /** Undefined when the key does not fit or the text was changed. */
  open(sealed: string): string | undefined;
}

/** The key file is made at the first use, readable by its owner alone. */
export function createSecrets(options: { key: string | null; dataDir: string }): Secrets {
  let key: Buffer | null = null;
  const readKey = () => (key ??= options.key === null ? readKeyFile(options.dataDir) : digest(options.key));
  return {
    seal: (text) => seal(readKey(), text),
    open: (sealed) => open(readKey(), sealed),
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function seal(key: Buffer, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

function open(key: Buffer, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    // Made under another key, or damaged: the caller degrades this one row (RP2).
    return undefined;
  }
}
