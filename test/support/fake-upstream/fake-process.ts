/** Starts the fake beside the test, so that it outlives every kill of the product (FK14). */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FakeControl } from './fake-control.ts';
import { toBreachText } from './fake.ts';

export interface FakeProcessOptions {
  readonly seed?: number;
  /** As for a fake of one's own. */
  readonly allowsBreaches?: boolean;
}

export interface FakeProcess extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly control: FakeControl;
}

export async function startFakeProcess({
  seed = 1,
  allowsBreaches = false,
}: FakeProcessOptions = {}): Promise<FakeProcess> {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--attached', '--seed', String(seed)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(30_000) })) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const control = new FakeControl(url);
  return {
    url,
    host: new URL(url).host,
    control,
    async [Symbol.asyncDispose]() {
      if (hasEnded(child)) return;
      const broken = allowsBreaches ? [] : await control.breaches();
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
      if (broken.length > 0) throw new Error(toBreachText(broken));
    },
  };
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;
