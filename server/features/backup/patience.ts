/** Gives up a source whose reader has stopped reading, or has gone: what the source holds is let go. */
export interface PatienceOptions {
  /** The longest wait for the next question. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Called once, however it ends. */
  readonly onEnd: () => void;
}

export function runPatiently<T>(
  source: AsyncGenerator<T, void, void>,
  { patienceMs, signal, onEnd }: PatienceOptions,
): AsyncGenerator<T, void, void> {
  let timer: NodeJS.Timeout | null = null;
  let given: Error | null = null;
  let hasEnded = false;

  const end = () => {
    if (timer !== null) clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    if (!hasEnded) onEnd();
    hasEnded = true;
  };
  const giveUp = () => {
    given ??= new Error('The reader has gone');
    end();
    // Its own end is what matters; whoever reads on is told by the next answer.
    void source.return().catch(() => undefined);
  };
  const wait = () => {
    timer = setTimeout(giveUp, patienceMs);
    timer.unref();
  };

  signal.addEventListener('abort', giveUp, { once: true });
  wait();
  return {
    async next() {
      if (timer !== null) clearTimeout(timer);
      if (signal.aborted) giveUp();
      if (given !== null) throw given;
      try {
        const result = await source.next();
        if (result.done === true) end();
        else if (given === null) wait();
        if (given !== null) throw given;
        return result;
      } catch (failure) {
        end();
        throw failure;
      }
    },
    async return() {
      end();
      return await source.return();
    },
    async throw(failure) {
      end();
      return await source.throw(failure);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      end();
      await source.return();
    },
  };
}
