/**
 * Has the driver keep statements that come again: one that is not prepared takes two round trips, and nothing behind it
 * in its connection may be sent before its answer.
 */
import type postgres from 'postgres';

type Unsafe = postgres.Sql['unsafe'];
type Work = (tx: postgres.TransactionSql) => unknown;

/** Each connection keeps its own; most that come again are among the first hundred. */
const mostKept = 400;
/** Rows sent as one parameter each make a text that hardly comes again. */
const longest = 8_000;
const mostRemembered = 2_000;

/** Changes the client itself, which drizzle and the transactions it begins then use. */
export function prepareStatements(client: postgres.Sql): void {
  const comesAgain = createMemory();
  prepare(client, comesAgain);
  const begin = client.begin.bind(client) as (...given: unknown[]) => Promise<unknown>;
  const beginPrepared = (...given: unknown[]) => {
    const work = given.pop() as Work;
    return begin(...given, (tx: postgres.TransactionSql) => {
      prepare(tx, comesAgain);
      return work(tx);
    });
  };
  client.begin = beginPrepared as typeof client.begin;
}

function prepare(client: { unsafe: Unsafe }, comesAgain: (text: string) => boolean): void {
  const unsafe = client.unsafe;
  client.unsafe = ((text, parameters, options) =>
    unsafe(text, parameters, {
      ...options,
      prepare: options?.prepare === true || comesAgain(text),
    })) as Unsafe;
}

/** Tells the texts that were seen before, as long as there is room for one more. */
function createMemory(): (text: string) => boolean {
  const kept = new Set<string>();
  const once = new Set<string>();
  return (text) => {
    if (kept.has(text)) return true;
    if (text.length > longest || kept.size >= mostKept) return false;
    if (once.delete(text)) return kept.add(text).has(text);
    if (once.size >= mostRemembered) once.clear();
    once.add(text);
    return false;
  };
}
