/** Real ENOSPC and EMFILE for one process alone, and their end: nobody else on the machine loses a watch. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface InotifyLimit {
  readonly watches?: number;
  readonly instances?: number;
}

export interface LimitedInotify {
  /** To be put before the command of the process. */
  readonly command: readonly string[];
  readonly env: Record<string, string>;
  /** From now on there is enough of everything. */
  lift(): void;
}

/** In a user namespace of its own the kernel counts anew; where none may be made, `fs.watch` is told to fail. */
export function limitInotify(limit: InotifyLimit, scratch: string): LimitedInotify {
  const lifted = join(scratch, 'lifted');
  const lift = () => writeFileSync(lifted, '');
  const mayUnshare =
    spawnSync('unshare', ['-Ur', 'test', '-w', '/proc/sys/user/max_inotify_watches']).status === 0;
  if (!mayUnshare) {
    const failing = join(import.meta.dirname, 'failing-watch.mjs');
    const code = limit.instances === undefined ? 'ENOSPC' : 'EMFILE';
    return {
      command: [],
      env: { NODE_OPTIONS: `--import ${failing}`, FAIL_WATCH: code, FAIL_WATCH_UNTIL: lifted },
      lift,
    };
  }
  const set = ([name, value]: [string, number]) => `echo ${value} > /proc/sys/user/max_inotify_${name};`;
  const script = `
    ${Object.entries(limit).map(set).join(' ')}
    (while [ ! -e "${lifted}" ] && kill -0 $$ 2>/dev/null; do sleep 0.1; done;
     ${Object.keys(limit)
       .map((name) => set([name, 100_000]))
       .join(' ')}) &
    exec "$@"`;
  return { command: ['unshare', '-Ur', 'sh', '-c', script, 'sh'], env: {}, lift };
}
