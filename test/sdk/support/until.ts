/** Waits for a fact, turn by turn of the event loop, and says which one did not come true. */
export async function until(fact: () => boolean, limitMs = 10_000): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!fact()) {
    if (performance.now() > endMs) throw new Error(`Not true within ${limitMs} ms: ${String(fact)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Everything that is already due has happened. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
