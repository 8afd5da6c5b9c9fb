/** One process of a fan-out benchmark and how to ask it: server, readers and whoever measures share no event loop. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Part extends AsyncDisposable {
  readonly pid: number;
  ask<T>(message: { readonly ask: string } & Readonly<Record<string, unknown>>): Promise<T>;
}

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly failure?: string;
}

/** `module` is a file beside this one, without its ending. */
export async function startPart(
  module: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Part> {
  const here = new URL('.', import.meta.url);
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const child = fork(fileURLToPath(new URL(module + ending, here)), [JSON.stringify(settings)], {
    execArgv: ['--expose-gc', '--max-old-space-size=2048'],
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (cause: Error) => void }>();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${module} ended with ${code}`));
  });
  child.on('message', ({ id, value, failure }: Answer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (failure === undefined) asked?.resolve(value);
    else asked?.reject(new Error(`${module}: ${failure}`));
  });
  let count = 0;
  const part: Part = {
    pid: child.pid ?? 0,
    ask: <T>(message: object) =>
      new Promise<T>((resolve, reject) => {
        count += 1;
        waiting.set(count, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ id: count, ...message });
      }),
    async [Symbol.asyncDispose]() {
      if (child.connected) child.send({ id: 0, ask: 'end' });
      const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(patience);
    },
  };
  await part.ask({ ask: 'ready' });
  return part;
}

export type Answers = Readonly<Record<string, (message: never) => unknown>>;

/** The other end of it, in the process itself. `end` is answered by leaving. */
export function answerParent(answers: Answers, end: () => Promise<void> | void): void {
  const leave = async () => {
    await end();
    process.exit();
  };
  // Whoever measures was ended: a database must not outlive it.
  process.once('disconnect', () => void leave());
  process.on('message', (message: { id: number; ask: string }) => {
    const { id, ask } = message;
    if (ask === 'end') return void leave();
    const answer = ask === 'ready' ? () => null : answers[ask];
    Promise.resolve()
      .then(() => {
        if (answer === undefined) throw new Error(`Nobody answers ${ask}`);
        return (answer as (asked: unknown) => unknown)(message);
      })
      .then(
        (value) => process.send?.({ id, value }),
        (failure: unknown) => process.send?.({ id, failure: String(failure) }),
      );
  });
}

export const settingsOf = <T>(): T => JSON.parse(process.argv[2] ?? '{}') as T;
