/** Generated project trees of any size, written once for a run. */
import { mkdir, mkdtemp, realpath, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const words = 'sync index journal event lane lease watch page cursor story epic plan status link phase'.split(
  ' ',
);

/** Documents of about 7 KB with front matter, 100 in a folder, all at rest since an hour. */
export async function generateTree(documents: number): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), `syncline-tree-${documents}-`)));
  const at = new Date(Date.now() - 3_600_000);
  for (let folder = 0; folder * 100 < documents; folder += 1) {
    const path = join(root, `part-${String(folder).padStart(4, '0')}`);
    await mkdir(path);
    const count = Math.min(100, documents - folder * 100);
    await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const file = join(path, `US${String(folder * 100 + index).padStart(6, '0')}-story.md`);
        await writeFile(file, toText(folder * 100 + index));
        await utimes(file, at, at);
      }),
    );
  }
  return root;
}

function toText(number: number): string {
  const body = Array.from({ length: 1000 }, (_, at) => words[(number * 7 + at * 13) % words.length]).join(
    ' ',
  );
  return `---\ntitle: Story ${number}\nstatus: In Progress\npriority: high\ntags: [a, b]\n---\n\n# Story ${number}\n\n## About\n\n${body}\n`;
}
