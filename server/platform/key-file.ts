/** The key of this installation in a file of its data folder, made when it is first asked for and read by nobody else (CN6). */
import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadSettings } from './config.ts';

/** Throws `BadSettings` when others can read it, or when it holds no key. */
export function readKeyFile(dataDir: string): Buffer {
  const file = join(dataDir, 'secret.key');
  mkdirSync(dataDir, { recursive: true });
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) makeKeyFile(file);
  const { mode } = lstatSync(file);
  if ((mode & 0o077) !== 0) {
    throw new BadSettings(
      `${file} can be reached by others (mode ${(mode & 0o777).toString(8)}); run "chmod 600 ${file}", and replace the tokens it protects if others may have read it.`,
    );
  }
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[\da-f]{64}$/.test(text)) throw new BadSettings(`${file} holds no key of 32 bytes in hex.`);
  return Buffer.from(text, 'hex');
}

/** Written aside and linked into place: a second process never finds half a key, and the first one made stays. */
function makeKeyFile(file: string): void {
  const aside = `${file}.${randomUUID()}`;
  writeFileSync(aside, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(aside, file);
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code !== 'EEXIST') throw failure;
  } finally {
    rmSync(aside);
  }
}
