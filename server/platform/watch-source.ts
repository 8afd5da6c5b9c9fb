/** What a way of watching must offer, so that the tree watcher can take one or the other. */

export type ChangeKind = 'added' | 'modified' | 'deleted';
export type NodeKind = 'file' | 'folder';

/** A hint, not a fact: the disk is asked again before anything is done about it (WT5). */
export interface TreeChange {
  /** Absolute. */
  readonly path: string;
  readonly change: ChangeKind;
}

export interface SourceListener {
  changed(change: TreeChange): void;
  /** One notification of the system, whether or not it concerns a file that counts. */
  noticed(): void;
  failed(error: unknown): void;
  /** The entry itself is gone: deleted, moved away or replaced. */
  vanished(): void;
}

export interface SourceOptions {
  /** An absolute folder, watched even if its own name would be ignored (DX1). */
  readonly entry: string;
  /** Whether the files that are there already are told as added. */
  readonly announce: boolean;
  isIgnored(path: string, kind: NodeKind): boolean;
  readonly listener: SourceListener;
}

export interface EntrySource {
  /** From here on no change is missed. */
  readonly ready: Promise<void>;
  /** From here on no change is missed again; what changed unheard is for a reconcile pass to find (WT8). */
  recheck(): Promise<void>;
  close(): Promise<void>;
}
