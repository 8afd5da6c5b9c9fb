/** Tells when a folder the index was made from is not what it was: nothing may then be removed (DX16, WT11). */
import { lstatSync, readdirSync, type Dirent } from 'node:fs';
import { join, sep } from 'node:path';
import type { NodeKind } from '../../platform/watch-source.ts';

export type IsIndexable = (path: string, kind: NodeKind) => boolean;

/** What was seen of a folder; the witness is a file that proves it is not empty. */
interface Seen {
  wasThere: boolean;
  witness: string | null;
}

/** Judges folders by what they were before: one that was never there, or was empty from the start, is no loss. */
export class EntryInspector {
  readonly #root: Seen = { wasThere: true, witness: null };
  readonly #rootPath: string;
  readonly #entries: ReadonlyMap<string, Seen>;
  readonly #isIndexable: IsIndexable;

  constructor(root: string, entries: readonly string[], isIndexable: IsIndexable) {
    this.#rootPath = root;
    this.#entries = new Map(entries.map((entry) => [entry, { wasThere: false, witness: null }]));
    this.#isIndexable = isIndexable;
  }

  /** What is wrong, as a sentence for people; null if all is well. */
  look(): string | null {
    const rootLoss = findLoss(this.#rootPath, this.#root);
    if (rootLoss !== null) return rootLoss;
    for (const [entry, seen] of this.#entries) {
      const loss = this.#lookAt(entry, seen);
      if (loss !== null) return loss;
    }
    return null;
  }

  /** A file was heard of: from now on its folder is one that can be emptied. */
  note(path: string): void {
    for (const [entry, seen] of this.#entries) {
      if (seen.witness === null && path.startsWith(entry + sep)) seen.witness = path;
    }
  }

  #lookAt(entry: string, seen: Seen): string | null {
    const isFirstLook = !seen.wasThere;
    const loss = findLoss(entry, seen);
    if (loss !== null || !seen.wasThere) return loss;
    // A search is dear in a large tree: one file is witness enough, and another is sought only when it has gone.
    if (!isFirstLook && (seen.witness === null || readKind(seen.witness) === 'file')) return null;

    const witness = this.#findFile(entry);
    if (witness === null && seen.witness !== null) {
      return `The folder ${entry} holds no file any more. Bring them back, or sync with allow_empty=true.`;
    }
    seen.witness = witness;
    return null;
  }

  #findFile(entry: string): string | null {
    const folders = [entry];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const found of list(folder)) {
        const path = join(folder, found.name);
        if (!this.#isIndexable(path, found.isDirectory() ? 'folder' : 'file')) continue;
        if (found.isFile()) return path;
        if (found.isDirectory()) folders.push(path);
      }
    }
    return null;
  }
}

function findLoss(path: string, seen: Seen): string | null {
  const kind = readKind(path);
  if (kind === 'folder') {
    seen.wasThere = true;
    return null;
  }
  if (!seen.wasThere) return null;
  return kind === 'none'
    ? `The folder ${path} is missing. Bring it back, or change the paths of the project.`
    : `The folder ${path} was replaced by a ${kind}.`;
}

function readKind(path: string): 'folder' | 'file' | 'link' | 'none' {
  try {
    const stats = lstatSync(path);
    if (stats.isSymbolicLink()) return 'link';
    return stats.isDirectory() ? 'folder' : 'file';
  } catch {
    return 'none';
  }
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // gone meanwhile: the next look says so
  }
}
