/** Whether the database answers, asked on a connection of its own and with a deadline (SH2). */
import { connect, type ConnectionTarget } from '../../db/open.ts';

export interface DatabaseProbe extends AsyncDisposable {
  /** False when it refuses, hangs or drops packets; never later than the deadline. */
  isConnected(): Promise<boolean>;
}

const deadlineMs = 1500;

export function openDatabaseProbe(target: ConnectionTarget): DatabaseProbe {
  let client = connect(target, { max: 1 });
  let asking: Promise<boolean> | null = null;

  async function ask(): Promise<boolean> {
    const answer = await Promise.race([
      client`select 1`.then(
        () => true,
        () => false,
      ),
      deadline(deadlineMs),
    ]);
    if (!answer) {
      // The connection may hang for minutes yet; the next question gets a fresh one.
      const dead = client;
      client = connect(target, { max: 1 });
      void dead.end({ timeout: 0 }).catch(() => undefined);
    }
    return answer;
  }

  return {
    // Questions at the same time share one answer: a probe must not be a way to open connections.
    isConnected: () => (asking ??= ask().finally(() => (asking = null))),
    async [Symbol.asyncDispose]() {
      await client.end({ timeout: 1 });
    },
  };
}

const deadline = (ms: number): Promise<false> =>
  new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
