/**
 * Has the driver keep statements that come again: one that is not prepared takes two round trips, and nothing behind it
 * in its connection may be sent before its answer.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
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
  const beginPrepared = async (...given: unknown[]) => {
    const work = given.pop() as Work;
    const transaction = { isOver: false };
    try {
      return await begin(...given, (tx: postgres.TransactionSql) => {
        prepare(tx, comesAgain);
        guard(tx, transaction);
        return whileOpen(Promise.resolve(work(tx)), transaction);
      });
    } finally {
      transaction.isOver = true;
    }
  };
  client.begin = beginPrepared as typeof client.begin;
}

/**
 * The driver goes on with a transaction whose connection was lost, on whatever the connection is used for by then: its
 * statements would be made outside of it, and its end would end another one (F11).
 */
function guard(tx: { unsafe: Unsafe }, transaction: { readonly isOver: boolean }): void {
  const unsafe = tx.unsafe;
  tx.unsafe = ((...given: Parameters<Unsafe>) => {
    if (transaction.isOver) throw new TransactionLost();
    return unsafe(...given);
  }) as Unsafe;
}

/** What the work came to, unless nobody waits for it any longer. */
async function whileOpen<T>(work: Promise<T>, transaction: { readonly isOver: boolean }): Promise<T> {
  try {
    return await work;
  } catch (failure) {
    // The loss of the connection may have failed the work first: it is told within the same turn.
    await nextTurn();
    throw failure;
  } finally {
    if (transaction.isOver) await new Promise(() => undefined);
  }
}

/** Like any other loss of a connection. */
class TransactionLost extends Error {
  override readonly name = 'TransactionLost';
  readonly code = 'CONNECTION_CLOSED';

  constructor() {
    super('The connection of this transaction was lost');
  }
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
