/** Asks whichever server watches a project: questions and answers go through the database both share. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ProjectId } from '../../../shared/ids.ts';
import type { Database } from '../../db/open.ts';
import type { Logger } from '../../platform/logger.ts';
import { unproven, Verdict } from './verdict.ts';

const channel = 'syncline_freshness';

const Message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('question'), id: z.string(), project: ProjectId }),
  z.object({ kind: z.literal('answer'), id: z.string(), verdict: Verdict }),
]);
type Message = z.infer<typeof Message>;

export interface FreshnessLine extends AsyncDisposable {
  /** Resolves with what the server that watches says, if one does in time. */
  ask(project: ProjectId, waitMs: number): Promise<Verdict>;
}

interface LineOptions {
  readonly client: Database['client'];
  readonly log: Logger;
  /** Undefined where this server does not watch the project: another will answer. */
  readonly answer: (project: ProjectId) => Promise<Verdict> | undefined;
}

export async function openFreshnessLine({ client, log, answer }: LineOptions): Promise<FreshnessLine> {
  const asked = new Map<string, (verdict: Verdict) => void>();
  const send = async (message: Message) => {
    await client.notify(channel, JSON.stringify(message));
  };
  const reply = async (id: string, verdict: Promise<Verdict>) => {
    try {
      await send({ kind: 'answer', id, verdict: toShort(await verdict) });
    } catch (failure) {
      // Whoever asked gives up by itself.
      log.debug({ err: failure }, 'A question about freshness was not answered');
    }
  };
  const hear = (text: string) => {
    const message = parse(text);
    if (message === null) return;
    if (message.kind === 'answer') return asked.get(message.id)?.(message.verdict);
    const verdict = answer(message.project);
    // Never rejects.
    if (verdict !== undefined) void reply(message.id, verdict);
  };
  const listening = await client.listen(channel, hear);

  return {
    async ask(project, waitMs) {
      const id = randomUUID();
      const answered = new Promise<Verdict>((resolve) => asked.set(id, resolve));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<Verdict>((resolve) => {
        timer = setTimeout(() => resolve(unproven(nobody)), waitMs);
      });
      try {
        await send({ kind: 'question', id, project });
        return await Promise.race([answered, late]);
      } finally {
        clearTimeout(timer);
        asked.delete(id);
      }
    },
    async [Symbol.asyncDispose]() {
      await listening
        .unlisten()
        .catch((failure: unknown) => log.debug({ err: failure }, 'Not listening any more'));
    },
  };
}

const nobody = 'The server that watches this project has not answered in time.';

function parse(text: string): Message | null {
  try {
    return Message.parse(JSON.parse(text));
  } catch {
    // A newer server of the same database may say more.
    return null;
  }
}

/** A notification carries 8,000 bytes. */
const toShort = (verdict: Verdict): Verdict =>
  verdict.kind === 'unproven' ? unproven(verdict.reason.slice(0, 500)) : verdict;
