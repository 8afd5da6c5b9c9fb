/** Reads which files a Codex patch writes (SE19). */
import type { CallPath } from './tool-calls.ts';

const mostFiles = 50;

/** Empty when the text holds no patch. A move writes the new place and deletes the old. */
export function readPatch(text: string): CallPath[] {
  const start = text.indexOf('*** Begin Patch');
  if (start < 0) return [];
  const files: { path: string; action: 'update' | 'delete'; added: number; deleted: number }[] = [];
  for (const line of text.slice(start).split('\n')) {
    const head = HEAD.exec(line);
    const last = files.at(-1);
    if (head?.[2] !== undefined) {
      if (files.length >= mostFiles) break;
      files.push({ path: head[2], action: head[1] === 'Delete' ? 'delete' : 'update', added: 0, deleted: 0 });
      continue;
    }
    if (line.startsWith('*** End Patch')) break;
    if (last === undefined) continue;
    const move = MOVE.exec(line)?.[1];
    if (move !== undefined) {
      files.push({ path: move, action: 'update', added: 0, deleted: 0 });
      last.action = 'delete';
    } else if (line.startsWith('+')) last.added += 1;
    else if (line.startsWith('-')) last.deleted += 1;
  }
  return files;
}

const HEAD = /^\*\*\* (Add|Update|Delete) File: (\S.{0,999}?)\s*$/;
const MOVE = /^\*\*\* Move to: (\S.{0,999}?)\s*$/;
