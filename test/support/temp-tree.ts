/** A real folder for one test, gone when the test ends. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface TempTree {
  readonly root: string;
  at(path: string): string;
  write(path: string, text?: string | Uint8Array): void;
  /** Sets the modification time, as if the file had been at rest since. */
  age(path: string, secondsAgo: number): void;
  remove(path: string): void;
}

export function createTempTree(paths: readonly string[] = []): TempTree {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'syncline-tree-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const at = (path: string) => join(root, path);
  const write = (path: string, text: string | Uint8Array = `# ${path}\n`) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  for (const path of paths) write(path);
  return {
    root,
    at,
    write,
    age(path, secondsAgo) {
      const then = new Date(Date.now() - secondsAgo * 1000);
      utimesSync(at(path), then, then);
    },
    remove: (path) => rmSync(at(path), { recursive: true }),
  };
}

/** Runs as a user without privileges, for whom a forbidden folder is forbidden even if the tests run as root. */
export async function asNobody<T>(action: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return action();
  process.seteuid?.(65_534);
  try {
    return await action();
  } finally {
    process.seteuid?.(0);
  }
}
