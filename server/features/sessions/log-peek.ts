/** What the first records of a log say about where it belongs, remembered as long as the file stays the same one. */
import { closeSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import type { LogStamp } from './log-stamp.ts';

export interface Peek {
  /** Working folders, in the order they appear. */
  readonly cwds: readonly string[];
  /** Of Claude: a subagent's is its parent's (SE4). */
  readonly recordedId: string | null;
}

const firstPart = 64 * 1024;
const farthest = 256 * 1024;
const rememberedAtMost = 50_000;

export class LogPeeks {
  readonly #known = new Map<string, { ino: bigint; size: number; peek: Peek }>();

  /** Says nothing of a log that cannot be read: reading it reports that. */
  at(path: string, { ino, size }: LogStamp): Peek {
    const known = this.#known.get(path);
    const isSame = known !== undefined && known.ino === ino && known.size <= size;
    // The first records never change; only a log that had none yet is looked at again.
    if (isSame && (known.peek.cwds.length > 0 || known.size === size)) return known.peek;
    const peek = peekInto(path);
    if (this.#known.size >= rememberedAtMost) this.#known.clear();
    this.#known.set(path, { ino, size, peek });
    return peek;
  }
}

function peekInto(path: string): Peek {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return { cwds: [], recordedId: null };
  }
  try {
    for (let size = firstPart; ; size = farthest) {
      const bytes = Buffer.allocUnsafe(size);
      const count = readSync(file, bytes, 0, size, 0);
      const peek = readFirstRecords(bytes.toString('utf8', 0, count));
      if (peek.cwds.length > 0 || count < size || size === farthest) return peek;
    }
  } catch {
    return { cwds: [], recordedId: null };
  } finally {
    closeSync(file);
  }
}

const Text = z.string().optional().catch(undefined);
const FirstRecord = z.object({
  cwd: Text,
  sessionId: Text,
  payload: z.object({ cwd: Text }).optional().catch(undefined),
});

function readFirstRecords(text: string): Peek {
  const cwds = new Set<string>();
  let recordedId: string | null = null;
  for (const line of text.split('\n')) {
    const record = FirstRecord.safeParse(parse(line)).data;
    if (record === undefined) continue;
    const cwd = record.cwd ?? record.payload?.cwd;
    if (cwd !== undefined) cwds.add(cwd);
    recordedId ??= record.sessionId ?? null;
  }
  return { cwds: [...cwds], recordedId };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
