/** Closes what was opened, in reverse order, once (Node 20 has no AsyncDisposableStack). */

export class Disposer implements AsyncDisposable {
  readonly #steps: (() => Promise<void> | void)[] = [];
  #closing: Promise<void> | null = null;

  /** Takes over something that must be closed, and hands it back. */
  use<T extends AsyncDisposable | Disposable>(resource: T): T {
    this.defer(() =>
      Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose](),
    );
    return resource;
  }

  defer(step: () => PromiseLike<void> | void): void {
    this.#steps.push(async () => await step());
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      // One part that cannot close must not keep the others open; what failed is told at the end.
      try {
        await step();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some resources could not be closed');
  }
}
