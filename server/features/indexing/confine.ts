/** Keeps paths from outside within the roots of their project (OP27.1, GU6). */
import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { isWithin } from './paths.ts';

export type Confined =
  { readonly inside: true; readonly root: string; readonly relative: string } | { readonly inside: false };

/**
 * A relative path counts from `root`. Inside is what lies, after `..` is resolved, really within `root` or one of
 * `roots`, whether it exists or not: the answer is the same for both.
 */
export function confine(root: string, roots: readonly string[], path: string): Confined {
  const absolute = resolve(root, path);
  const real = toRealPath(absolute);
  if (real === undefined) return { inside: false };
  for (const candidate of [root, ...roots]) {
    const realRoot = toRealPath(candidate) ?? candidate;
    if (!isWithin(real, realRoot)) continue;
    return {
      inside: true,
      root: candidate,
      relative: relativeTo(candidate, absolute) ?? relativeTo(realRoot, real) ?? '.',
    };
  }
  return { inside: false };
}

/** As it was written where that lies below the root, so that a link inside stays visible as one. */
function relativeTo(root: string, path: string): string | undefined {
  const rest = relative(root, path);
  if (rest === '') return '.';
  return isAbsolute(rest) || rest === '..' || rest.startsWith('../') ? undefined : rest;
}

/** The real path of the deepest ancestor that exists, and the rest of the path below it. */
function toRealPath(path: string, linksLeft = 40): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    if (linksLeft === 0) return undefined;
  }
  const target = readLinkTarget(path);
  if (target !== undefined) return toRealPath(target, linksLeft - 1);
  const parent = dirname(path);
  if (parent === path) return path;
  const realParent = toRealPath(parent, linksLeft);
  return realParent === undefined ? undefined : join(realParent, basename(path));
}

/** A link to nothing still says where it would lead. */
function readLinkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : undefined;
  } catch {
    return undefined; // not there, or not to be seen: then its parent decides
  }
}
