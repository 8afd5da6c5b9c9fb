/** B12: from opening to ready, on a new data folder and on one that is there already. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../server/platform/config.ts';
import { openServer } from '../server/server.ts';
import { measure, timed } from './measure.ts';
import type { BenchResult } from './result.ts';

export async function run(): Promise<BenchResult[]> {
  const first = await measure(3, async () => {
    const dataDir = await createFolder();
    const time = await boot(dataDir);
    await rm(dataDir, { recursive: true, force: true });
    return time;
  });
  const dataDir = await createFolder();
  const again = await measure(5, () => boot(dataDir));
  await rm(dataDir, { recursive: true, force: true });
  return [
    { id: 'B12', what: 'start to ready, first boot', ours: first, floor: null, target: 4000 },
    { id: 'B12', what: 'start to ready, existing folder', ours: again, floor: null, target: 1500 },
  ];
}

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-boot-'));
  await chmod(folder, 0o755);
  return folder;
}

async function boot(dataDir: string): Promise<number> {
  const environment = {
    ...process.env,
    SYNCLINE_DATA_DIR: dataDir,
    SYNCLINE_PORT: '0',
    SYNCLINE_DEMO: '0',
    DATABASE_URL: '',
  };
  const config = readConfig(environment, { root: dataDir, isInsecure: false });
  let server: AsyncDisposable | null = null;
  const time = await timed(async () => {
    server = await openServer({ config, version: 'bench', environment, folders: [] });
  });
  await (server as AsyncDisposable | null)?.[Symbol.asyncDispose]();
  return time;
}
