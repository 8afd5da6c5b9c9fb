/** The floor of a sync without changes: every markdown file below a folder, looked at once. */
import { lstatSync, readdirSync } from 'node:fs';

export function statWalk(folder: string): number {
  let files = 0;
  for (const child of readdirSync(folder, { withFileTypes: true })) {
    const path = `${folder}/${child.name}`;
    if (child.isDirectory()) files += child.name.startsWith('.') ? 0 : statWalk(path);
    else if (child.name.endsWith('.md')) {
      lstatSync(path, { bigint: true });
      files += 1;
    }
  }
  return files;
}
