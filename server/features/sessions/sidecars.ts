/** What agents keep beside a log: part of the session's inputs, so that one that comes late is seen (SE5, DX8). */
import { hash } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { FoundLog } from './log-discovery.ts';
import { listNames, type LogHomes } from './log-folders.ts';

export interface Sidecars {
  /** Equal as long as every one of them is; empty when there is none. */
  readonly inputs: string;
  read(): SidecarFacts;
}

export interface SidecarFacts extends Record<string, unknown> {
  readonly agentType?: string | undefined;
  readonly description?: string | undefined;
  readonly toolResults?: number;
  readonly todos?: number;
  readonly tasks?: number;
  readonly captures?: number;
}

type Kind = 'meta' | 'toolResults' | 'captures' | 'todos' | 'tasks';

/** One folder of a home holds the lists of all sessions, so it is listed once a look. */
export class SidecarFinder {
  readonly #homes: LogHomes;
  #todos: Map<string, string[]> | null = null;

  constructor(homes: LogHomes) {
    this.#homes = homes;
  }

  find(log: FoundLog): Sidecars {
    const places = log.agent === 'claude' ? this.#placesOf(log) : [];
    const stamps = places.flatMap(({ kind, path }) => {
      const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
      return stat?.isFile() === true
        ? [{ kind, path, text: `${path} ${stat.size} ${stat.mtimeNs} ${stat.ino}` }]
        : [];
    });
    const text = stamps.map((stamp) => stamp.text).join('\n');
    return { inputs: text === '' ? '' : hash('sha256', text).slice(0, 24), read: () => toFacts(stamps) };
  }

  #placesOf({ path, stem, isSubagent }: FoundLog): { kind: Kind; path: string }[] {
    const folder = dirname(path);
    if (isSubagent) return [{ kind: 'meta', path: join(folder, `agent-${stem}.meta.json`) }];
    const results = join(folder, stem, 'tool-results');
    const tasks = join(this.#homes.claude, 'tasks', stem);
    return [
      ...listNames(results).map((name) => ({ kind: 'toolResults' as const, path: join(results, name) })),
      { kind: 'captures', path: join(folder, `${stem}.capture.json`) },
      ...this.#todosOf(stem).map((file) => ({ kind: 'todos' as const, path: file })),
      ...listNames(tasks)
        .filter((name) => name.endsWith('.json'))
        .map((name) => ({ kind: 'tasks' as const, path: join(tasks, name) })),
    ];
  }

  #todosOf(stem: string): string[] {
    this.#todos ??= groupTodos(join(this.#homes.claude, 'todos'));
    return this.#todos.get(stem) ?? [];
  }
}

function groupTodos(folder: string): Map<string, string[]> {
  const grouped = new Map<string, string[]>();
  for (const name of listNames(folder)) {
    const stem = /^(.+)-agent-.*\.json$/.exec(name)?.[1];
    if (stem === undefined) continue;
    const files = grouped.get(stem) ?? [];
    files.push(join(folder, name));
    grouped.set(stem, files);
  }
  return grouped;
}

const Meta = z.object({ agentType: z.string().max(200), description: z.string().max(500) }).partial();

function toFacts(files: readonly { readonly kind: Kind; readonly path: string }[]): SidecarFacts {
  const counts: Partial<Record<Exclude<Kind, 'meta'>, number>> = {};
  let meta: z.infer<typeof Meta> = {};
  for (const { kind, path } of files) {
    if (kind === 'meta') meta = readMeta(path);
    else counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return { ...meta, ...counts };
}

/** A broken one says nothing; the log itself is what the session is read from. */
function readMeta(path: string): z.infer<typeof Meta> {
  try {
    return Meta.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? {};
  } catch {
    return {};
  }
}
