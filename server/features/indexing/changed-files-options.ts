/** What a batch of changed files needs to run, and how two batches of one project become one (OP20). */
import { z } from 'zod';
import { IgnoredPath } from '../../../shared/api/operations.ts';
import type { Json, OperationRequest, StoredOperation } from '../../core/workflow.ts';

export const ChangedFilesOptions = z.object({
  /** Relative to the project's folder. */
  paths: z.array(z.string()),
  /** Session logs, absolute: they lie outside of it. */
  logs: z.array(z.string()).default([]),
  allowEmpty: z.boolean(),
  reason: z.enum(['request', 'events', 'reconcile']),
  /** Walk the entries instead: there were too many paths to name them. */
  isWholeWalk: z.boolean(),
  /** A commit or checkout happened: every document's dates are looked at again. */
  isHeadMoved: z.boolean(),
  /** False for a walk made during a storm: what it misses may only be on its way (SY17). */
  removes: z.boolean(),
  ignored: z.array(IgnoredPath),
});
export type ChangedFilesOptions = z.infer<typeof ChangedFilesOptions>;

const pathsAtMost = 10_000;
const pathsShown = 100;

export function toMetadata({ paths, logs, reason }: ChangedFilesOptions): Json {
  const changed = [...paths, ...logs];
  return { changedCount: changed.length, paths: changed.slice(0, pathsShown), reason };
}

/** Joins the queued batch of the same `allowEmpty`, if there is one. A running one is never joined. */
export function joinBatch(
  request: OperationRequest,
  queued: readonly StoredOperation[],
): { into: StoredOperation; options: Json; metadata: Json } | null {
  const wanted = ChangedFilesOptions.parse(request.options);
  for (const into of queued.filter((operation) => operation.kind === 'sync_changed_files')) {
    const present = ChangedFilesOptions.parse(into.options);
    if (present.allowEmpty !== wanted.allowEmpty) continue;
    const options = mergeOptions(present, wanted);
    return { into, options, metadata: { ...into.metadata, ...toMetadata(options) } };
  }
  return null;
}

export function mergeOptions(present: ChangedFilesOptions, wanted: ChangedFilesOptions): ChangedFilesOptions {
  const paths = [...new Set([...present.paths, ...wanted.paths])];
  const isWholeWalk = present.isWholeWalk || wanted.isWholeWalk || paths.length > pathsAtMost;
  return {
    paths: isWholeWalk ? [] : paths,
    logs: [...new Set([...present.logs, ...wanted.logs])],
    allowEmpty: present.allowEmpty,
    reason: present.reason,
    isWholeWalk,
    isHeadMoved: present.isHeadMoved || wanted.isHeadMoved,
    removes: present.removes && wanted.removes,
    ignored: [...present.ignored, ...wanted.ignored],
  };
}
