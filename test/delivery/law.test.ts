import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toEventId } from '../../shared/ids.ts';
import { range } from '../sdk/support/events.ts';
import { until } from '../sdk/support/until.ts';
import { startDeliveryServer, type DeliveryServer } from './delivery-server.ts';
import { heavy, removed, started } from './drafts.ts';
import { openReader, transports, type Transport } from './readers.ts';

let server: DeliveryServer;

beforeAll(async () => {
  server = await startDeliveryServer({ settings: { queueBytes: 65_536 } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** What may happen to a reader, and between its events. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('append-much' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('switch' as const), to: fc.constantFrom(...transports) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('pause' as const, 'resume' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 100, max: 12_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const interests = [
  { wish: {}, isHeard: () => true },
  { wish: { topics: ['project:atlas', 'project:heavy'] }, isHeard: (seq: number) => seq % 2 === 0 },
  {
    wish: { topics: ['project:atlas', 'project:borea'], types: ['project:*'] },
    isHeard: (seq: number) => seq % 2 === 1,
  },
];

test('[LAW1] [F14] a reader that resumes from its last id hears every matching event once and in order', async () => {
  const stories = fc.array(step, { minLength: 5, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(stories, fc.constantFrom(...interests), async (steps, { wish, isHeard }) => {
      const from = server.journal.head();
      const heard: number[] = [];
      const story = {
        cursor: toEventId(server.journal.epoch, from) as string,
        transport: transports[0] as Transport,
      };
      let reader = await openReader(story.transport, server.url, { ...wish, after: story.cursor });
      const reopen = async () => {
        reader.close();
        expect(reader.greetings.every((greeting) => greeting.reset === null)).toBe(true);
        heard.push(...reader.events.map((event) => event.seq));
        story.cursor = reader.cursor ?? story.cursor;
        reader = await openReader(story.transport, server.url, { ...wish, after: story.cursor });
      };

      for (const current of steps) await act(current);
      await append(2);
      reader.resume();
      const expected = range(from + 1, server.journal.head()).filter(isHeard);
      const isAtEnd = () => (reader.events.at(-1)?.seq ?? heard.at(-1)) === expected.at(-1);
      await until(() => isAtEnd() || reader.isClosed);
      if (!isAtEnd()) await reopen();
      await until(isAtEnd);
      reader.close();
      await until(() => server.delivery.subscribers.figures.active === 0);

      expect([...heard, ...reader.events.map((event) => event.seq)]).toEqual(expected);

      async function act(current: Step): Promise<void> {
        switch (current.do) {
          case 'append':
            return await append(current.count);
          case 'append-much':
            return await append(8, 400_000);
          case 'switch':
            story.transport = current.to;
            return await reopen();
          case 'pause':
            return reader.pause();
          case 'resume':
            return reader.resume();
          case 'wait':
            return await server.advance(current.ms);
          case 'restart':
            reader.close();
            await server.restart();
            return await reopen();
        }
      }
    }),
    { numRuns: 20, endOnFailure: true },
  );
}, 120_000);

/** Even numbers are of one kind, odd ones of another. */
async function append(count: number, bytes = 0): Promise<void> {
  for (let left = count; left > 0; left--) {
    const isEven = (server.journal.head() + 1) % 2 === 0;
    const odd = removed('borea');
    await server.journal.append([isEven ? (bytes > 0 ? heavy(bytes) : started('atlas')) : odd]);
  }
}
