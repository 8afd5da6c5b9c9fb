/** Every path of a project with the type of its document, and what a reference to a path leads to (LK2). */
import type { DocumentPaths } from './derive/attach.ts';

interface Place {
  readonly id: string;
  readonly path: string;
  readonly type: string;
}

export class PathIndex implements DocumentPaths {
  readonly #typeAt = new Map<string, string>();
  readonly #pathOf = new Map<string, string>();
  readonly #idAt = new Map<string, string>();
  readonly #byName = new Map<string, Set<string>>();

  get size(): number {
    return this.#pathOf.size;
  }

  typeAt(path: string): string | undefined {
    return this.#typeAt.get(path);
  }

  idAt(path: string): string | undefined {
    return this.#idAt.get(path);
  }

  /** Paths that came, went or lead to a document of another type. */
  put({ id, path, type }: Place): readonly string[] {
    const before = this.#pathOf.get(id);
    if (before === path && this.#idAt.get(path) === id && this.#typeAt.get(path) === type) return [];
    const left = before === undefined || before === path ? [] : this.remove(id);
    this.#pathOf.set(id, path);
    this.#idAt.set(path, id);
    this.#typeAt.set(path, type);
    const name = nameOf(path);
    const held = this.#byName.get(name);
    if (held === undefined) this.#byName.set(name, new Set([path]));
    else held.add(path);
    return [...left, path];
  }

  remove(id: string): readonly string[] {
    const path = this.#pathOf.get(id);
    if (path === undefined) return [];
    this.#pathOf.delete(id);
    // Two documents may have changed places: the path is another one's by now.
    if (this.#idAt.get(path) !== id) return [path];
    this.#idAt.delete(path);
    this.#typeAt.delete(path);
    const name = nameOf(path);
    const held = this.#byName.get(name);
    held?.delete(path);
    if (held?.size === 0) this.#byName.delete(name);
    return [path];
  }

  /** The path itself, else the only one that ends so. */
  resolve(path: string): string | undefined {
    if (this.#typeAt.has(path)) return path;
    let found: string | undefined;
    for (const candidate of this.#byName.get(nameOf(path)) ?? []) {
      if (!candidate.endsWith(`/${path}`)) continue;
      if (found !== undefined) return undefined;
      found = candidate;
    }
    return found;
  }
}

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
