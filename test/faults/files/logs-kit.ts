/** Session logs of a watched project, written as agents and as accidents write them. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface AgentHome extends Disposable {
  readonly path: string;
  /** The log folder of a project's root, made if it is missing. */
  folderOf(root: string): string;
}

export function createAgentHome(): AgentHome {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'syncline-home-')));
  return {
    path,
    folderOf(root) {
      const folder = join(path, 'projects', root.replaceAll(/[^A-Za-z0-9]/g, '-'));
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** One record; `text` is what a reader of the session sees. */
export function toLine(sessionId: string, index: number, text: string, cwd: string): string {
  return `${JSON.stringify({
    type: 'user',
    uuid: `${sessionId}-${index}`,
    sessionId,
    timestamp: new Date(Date.UTC(2026, 10, 20, 10, 0, 0) + index * 1000).toISOString(),
    cwd,
    message: { role: 'user', content: text },
  })}\n`;
}

export function toSessionId(index: number): string {
  return `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
}
