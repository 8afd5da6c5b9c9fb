/** What every server of a fan-out benchmark does when it is told to: speak at a rate, and say how large it is. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from './fanout-event.ts';
import { answerParent, type Answers } from './fanout-part.ts';

export interface SpeakRequest {
  readonly perSecond: number;
  readonly forMs: number;
}

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

interface Speaker {
  /** Tells everybody one event for each stamp; resolves when the last one is on its way. */
  readonly publish: (stamps: readonly number[]) => Promise<unknown> | void;
  readonly url: string;
  readonly answers?: Answers;
  readonly end: () => Promise<void> | void;
}

export function serveSpeaker({ publish, url, answers = {}, end }: Speaker): void {
  answerParent(
    {
      url: () => url,
      speak: (request: SpeakRequest) => speak(publish, request),
      memory: () => readMemory(),
      ...answers,
    },
    end,
  );
}

/**
 * Open loop: each event is stamped with the moment at which it was due, so that a server which falls behind cannot hide
 * it by speaking later.
 */
async function speak(publish: Speaker['publish'], { perSecond, forMs }: SpeakRequest): Promise<number> {
  const total = Math.max(1, Math.round((perSecond * forMs) / 1000));
  const startedUs = nowUs();
  const told: unknown[] = [];
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((nowUs() - startedUs) * perSecond) / 1e6) + 1);
    const stamps: number[] = [];
    for (; sent < due; sent += 1) stamps.push(Math.round(startedUs + (sent * 1e6) / perSecond));
    if (stamps.length > 0) told.push(publish(stamps));
    await sleep(1);
  }
  await Promise.all(told);
  return total;
}

async function readMemory(): Promise<Memory> {
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc?.();
    await sleep(50);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heapUsed, external };
}
