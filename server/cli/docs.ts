/** `npm run docs`: writes `docs/generated` anew. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateDocuments } from '../generated-documents.ts';
import { findPackageRoot } from '../platform/package-root.ts';

const root = findPackageRoot();
const folder = join(root, 'docs/generated');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(generateDocuments(version))) {
  writeFileSync(join(folder, name), text);
  process.stdout.write(`docs/generated/${name}\n`);
}
