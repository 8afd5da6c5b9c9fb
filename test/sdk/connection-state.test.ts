import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seqOf } from '../../client/sdk/cursor.ts';
import type { Effect, Greeting, Happening } from '../../client/sdk/connection-signal.ts';
import { begin, next, wakeAtMs } from '../../client/sdk/connection-state.ts';
import type { ConnectionState, Live, Transition } from '../../client/sdk/connection-state.ts';
import { rungOf, toRetryDelay, transports } from '../../client/sdk/ladder.ts';
import type { CloseReason, TransportName } from '../../client/sdk/ladder.ts';
import type { EventId } from '../../shared/ids.ts';
import { epoch, eventAt, idOf, range } from './support/events.ts';

const startMs = 1_000_000;

/** Plays signals one after the other and keeps the account of what is open and what was heard. */
function play(after: number | null = null) {
  const open = new Map<number, TransportName>();
  const effects: Effect[] = [];
  let nowMs = startMs;
  let state: ConnectionState;
  const take = (transition: Transition) => {
    ({ state } = transition);
    for (const effect of transition.effects) {
      if (effect.do === 'open') open.set(effect.line, effect.transport);
      if (effect.do === 'hang-up') open.delete(effect.line);
      effects.push(effect);
    }
    return transition;
  };
  take(begin(after === null ? null : idOf(after), nowMs));
  return {
    open,
    effects,
    get state() {
      return state;
    },
    get nowMs() {
      return nowMs;
    },
    line: () => [...open.keys()].at(-1)!,
    wait: (ms: number) => void (nowMs += ms),
    tell(happening: Happening, random = 0.5) {
      if (happening.on === 'closed') open.delete(happening.line);
      return take(next(state, { ...happening, nowMs, random }));
    },
    /** Lets the time pass to the next thing due. */
    wake() {
      nowMs = Math.max(nowMs, wakeAtMs(state) ?? nowMs);
      return this.tell({ on: 'time' });
    },
    hello: (line: number, from = 0, reset: Greeting['reset'] = null) =>
      ({ on: 'hello', line, greeting: { from: idOf(from), head: idOf(from), reset } }) as const,
    events: (line: number, seqs: readonly number[], of: string = epoch) =>
      ({
        on: 'events',
        line,
        arrival: {
          events: seqs.map((seq) => eventAt(seq, of)),
          through: idOf(seqs.at(-1) ?? 0, of),
          hasGap: false,
        },
      }) as const,
    closed: (line: number, because: CloseReason, retryAfterMs: number | null = null) =>
      ({ on: 'closed', line, because, retryAfterMs }) as const,
  };
}

/** Live on that transport: every better one gave no hello. */
function playLiveOn(transport: TransportName) {
  const game = play(0);
  while (game.open.get(game.line()) !== transport) game.wake();
  game.tell(game.hello(game.line()));
  return game;
}

describe('the connection machine', () => {
  test('goes live with the hello of its line', () => {
    const game = play(41);

    game.tell(game.hello(1, 41));

    expect(game.state).toMatchObject({ state: 'live', transport: 'sse', cursor: idOf(41), since: startMs });
    expect(game.effects).toEqual([{ do: 'open', line: 1, transport: 'sse', after: idOf(41) }]);
  });

  test('takes its cursor from the hello when it has none', () => {
    const game = play(null);

    game.tell(game.hello(1, 7));

    expect(game.state).toMatchObject({ state: 'live', cursor: idOf(7) });
  });

  test.each([
    ['pruned', 90, 'pruned'],
    ['future', 3, 'future'],
    [null, 42, 'pruned'],
  ] as const)('[SS3] a hello with reset %j from %i is told as %s', (reset, from, reason) => {
    const game = play(41);

    game.tell(game.hello(1, from, reset));

    expect(game.effects.at(-1)).toEqual({ do: 'reset', reset: { reason, head: idOf(from) } });
    expect(game.state).toMatchObject({ state: 'live', cursor: idOf(from) });
  });

  test('a hello of another journal that calls itself no reset is one all the same', () => {
    const game = play(41);
    const greeting = { from: idOf(41, 'otherone'), head: idOf(41, 'otherone'), reset: null };

    game.tell({ on: 'hello', line: 1, greeting });

    expect(game.effects.at(-1)).toMatchObject({ do: 'reset', reset: { reason: 'foreign-epoch' } });
  });

  test('delivers what is after the cursor, and only that', () => {
    const game = play(5);
    game.tell(game.hello(1, 5));

    game.tell(game.events(1, [4, 5, 6, 7]));
    game.tell(game.events(1, [6, 7]));
    game.tell(game.events(1, [7, 8]));

    const heard = game.effects.flatMap((effect) => (effect.do === 'deliver' ? effect.events : []));
    expect(heard.map(({ seq }) => seq)).toEqual([6, 7, 8]);
  });

  test('[F10] a line may say that nothing new will come for a while, and that it will again', () => {
    const game = play(5);
    game.tell(game.hello(1, 5));
    const opened = game.effects.length;

    game.tell({ on: 'trouble', line: 1, reason: 'The disk is full.' });
    game.tell({ on: 'trouble', line: 7, reason: 'Another line says so.' });
    const during = game.state;
    game.tell(game.events(1, [6]));
    game.tell({ on: 'trouble', line: 1, reason: null });

    expect(during).toMatchObject({ state: 'live', trouble: 'The disk is full.' });
    expect(game.state).toMatchObject({ state: 'live', trouble: null, cursor: idOf(6) });
    expect(game.effects.slice(opened).map((effect) => effect.do)).toEqual(['deliver']);
  });

  test('an event of another journal ends the line', () => {
    const game = play(5);
    game.tell(game.hello(1, 5));

    game.tell(game.events(1, [6], 'otherone'));

    expect(game.state).toMatchObject({ state: 'waiting', because: 'garbage', cursor: idOf(5) });
    expect(game.open.size).toBe(0);
  });

  test('what cannot be read is a gap the reader is told of', () => {
    const game = play(5);
    game.tell(game.hello(1, 5));
    const arrival = { events: [eventAt(6)], through: idOf(7), hasGap: true };

    game.tell({ on: 'events', line: 1, arrival });

    expect(game.effects.at(-1)).toEqual({ do: 'reset', reset: { reason: 'unreadable', head: idOf(7) } });
  });

  test('[PO2] without a hello it goes down the ladder, from sse to plain polling', () => {
    const game = play(0);

    const seen = [game.open.get(1)];
    while (seen.length < 4) {
      game.wake();
      seen.push(game.open.get(game.line()));
    }

    expect(seen).toEqual(['sse', 'socket', 'long-poll', 'poll']);
    expect(game.nowMs - startMs).toBe(3_000 + 3_000 + 10_000);
  });

  test.each([
    ['ended', 3],
    ['lost', 3],
    ['garbage', 3],
    ['unsupported', 1],
    ['unreachable', 6],
    ['refused', 6],
  ] as const)('[PO2] after an early "%s" %i times the next transport is tried', (because, times) => {
    const game = play(0);

    for (let count = 1; count <= times; count++) {
      expect(game.open.get(game.line())).toBe('sse');
      if (because === 'ended') game.tell(game.hello(game.line()));
      game.tell(game.closed(game.line(), because));
      game.wake();
    }

    expect([...game.open.values()]).toEqual(['socket']);
  });

  test('a line that ends after a steady while is no reason to leave its transport', () => {
    const game = play(0);

    for (let count = 1; count <= 10; count++) {
      game.tell(game.hello(game.line()));
      game.wait(60_000);
      game.tell(game.closed(game.line(), 'lost'));
      expect(game.state).toMatchObject({ state: 'waiting', transport: 'sse' });
      game.wake();
    }
  });

  test('[SS4] a rotated line is replaced at once', () => {
    const game = playLiveOn('sse');
    game.wait(60_000);

    game.tell(game.closed(1, 'rotate'));

    expect(game.state).toMatchObject({ state: 'connecting', transport: 'sse', attempt: 1 });
  });

  test.each(['told-to-stop', 'unauthorised', 'revoked'] as const)('"%s" ends all tries', (because) => {
    const game = playLiveOn('sse');

    game.tell(game.closed(1, because));

    expect(game.state).toEqual({ state: 'stopped', because });
    expect(wakeAtMs(game.state)).toBeNull();
  });

  test('waits as long as the server asked, at least', () => {
    const game = playLiveOn('sse');

    game.tell(game.closed(1, 'shutdown', 7_000), 0);

    expect(game.state).toMatchObject({ state: 'waiting', retryAtMs: game.nowMs + 7_000 });
  });

  test.each([
    [1, null, 0, 250],
    [1, null, 1, 500],
    [4, null, 1, 4_000],
    [50, null, 1, 30_000],
    [1, 2_000, 0, 2_000],
    [1, 2_000, 1, 2_250],
    [1, 1e12, 0, 300_000],
  ])('failure %i with hint %j and chance %f waits %i ms', (failures, hint, random, expected) => {
    expect(toRetryDelay(failures, hint, random)).toBe(expected);
  });

  test('[PO2] climbs back beside the line that works, and hangs that up only after the hello', () => {
    const game = playLiveOn('long-poll');
    const { line } = game.state as Live;

    game.wake();
    expect([...game.open.values()]).toEqual(['long-poll', 'sse']);
    game.tell(game.events(line, [1]));
    game.wake();
    expect([...game.open.values()]).toEqual(['long-poll', 'socket']);
    game.tell(game.hello(game.line(), 1));

    expect(game.state).toMatchObject({ state: 'live', transport: 'socket', cursor: idOf(1) });
    expect([...game.open.values()]).toEqual(['socket']);
  });

  test('[PO2] climbs are tried after 30 s, then ever less often, up to every 5 min', () => {
    const game = playLiveOn('poll');
    const pauses: number[] = [];

    for (let round = 0; round < 6; round++) {
      const beganMs = game.nowMs;
      game.wake();
      pauses.push(game.nowMs - beganMs);
      while ((game.state as Live).probe !== null) game.wake();
    }

    expect(pauses[0]).toBeGreaterThanOrEqual(30_000);
    expect(pauses[0]).toBeLessThan(40_000);
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect(pauses.at(-1)).toBe(300_000);
    expect(game.state).toMatchObject({ state: 'live', transport: 'poll' });
  });

  test('a line that ends takes the climb beside it along', () => {
    const game = playLiveOn('poll');
    game.wake();

    game.tell(game.closed((game.state as Live).line, 'lost'));

    expect(game.state).toMatchObject({ state: 'waiting', transport: 'poll' });
    expect(game.open.size).toBe(0);
  });

  test('where even polling fails it was not the transport: it begins again with the best', () => {
    const game = playLiveOn('poll');

    for (let count = 1; count <= 6; count++) {
      expect([...game.open.values()]).toEqual(['poll']);
      game.tell(game.closed(game.line(), 'unreachable'));
      game.wake();
    }

    expect([...game.open.values()]).toEqual(['sse']);
  });

  test('closing hangs up everything', () => {
    const game = playLiveOn('poll');
    game.wake();
    expect(game.open.size).toBe(2);

    game.tell({ on: 'close' });

    expect(game.state).toEqual({ state: 'closed' });
    expect(game.open.size).toBe(0);
  });
});

const lineArbitrary = fc.nat(3);
const reasonArbitrary = fc.constantFrom<CloseReason>(
  'ended',
  'lost',
  'silent',
  'garbage',
  'unreachable',
  'refused',
  'unsupported',
  'slow',
  'shutdown',
  'rotate',
);
const stepArbitrary = fc.oneof(
  fc.record({
    do: fc.constant('hello' as const),
    line: lineArbitrary,
    from: fc.nat(60),
    isReset: fc.boolean(),
  }),
  fc.record({ do: fc.constant('honoured' as const), line: lineArbitrary }),
  fc.record({ do: fc.constant('events' as const), line: lineArbitrary, from: fc.nat(60), count: fc.nat(6) }),
  fc.record({ do: fc.constant('closed' as const), line: lineArbitrary, because: reasonArbitrary }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 500, 3_000, 31_000) }),
  fc.record({ do: fc.constant('wake' as const) }),
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer S> ? S : never;

/** The newest lines, so that both present and past ones speak. */
function perform(game: ReturnType<typeof play>, step: Step): Transition | undefined {
  const newest = 'past' in game.state ? game.state.past.lines : 1;
  switch (step.do) {
    case 'hello':
      return game.tell(game.hello(newest - step.line, step.from, step.isReset ? 'pruned' : null));
    case 'honoured': {
      const cursor = 'cursor' in game.state ? game.state.cursor : null;
      return game.tell(game.hello(newest - step.line, cursor === null ? 0 : seqOf(cursor)));
    }
    case 'events':
      return game.tell(game.events(newest - step.line, range(step.from, step.from + step.count)));
    case 'closed':
      return game.tell(game.closed(newest - step.line, step.because));
    case 'wait':
      game.wait(step.ms);
      return undefined;
    case 'wake':
      return game.wake();
  }
}

const cursorOf = (state: ConnectionState) => ('cursor' in state ? state.cursor : null);

describe('whatever the network does', () => {
  test('the cursor only moves on, but for a reset', () =>
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 80 }), (steps) => {
        const game = play(10);
        for (const step of steps) {
          const before = cursorOf(game.state)!;
          const transition = perform(game, step);
          expect(findFaults(before, cursorOf(game.state)!, transition?.effects ?? [])).toEqual([]);
        }
      }),
      { numRuns: 500 },
    ));

  test('one line is live, at most one other is being tried, and no other is open', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...transports),
        fc.array(stepArbitrary, { maxLength: 80 }),
        (first, steps) => {
          const game = playLiveOn(first);
          for (const step of steps) {
            perform(game, step);
            const { state } = game;
            const expected =
              state.state === 'live' && state.probe
                ? [state.line, state.probe.line]
                : state.state === 'live' || state.state === 'connecting'
                  ? [state.line]
                  : [];
            expect([...game.open.keys()].sort((a, b) => a - b)).toEqual(expected);
            const isClimbing = state.state === 'live' && state.probe !== null;
            expect(!isClimbing || rungOf(state.probe!.transport) < rungOf(state.transport)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    ));

  test.each(transports)('where %s works and nothing better, it is soon live on it and stays', (best) =>
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 60 }), (steps) => {
        const game = play(10);
        for (const step of steps) perform(game, step);
        for (const line of game.open.keys()) game.tell(game.closed(line, 'lost'));

        const goodFromMs = game.nowMs;
        let liveAtMs = Infinity;
        while (game.nowMs - goodFromMs < 3_600_000) {
          greetWhereItWorks(game, best);
          if (game.state.state === 'live') liveAtMs = Math.min(liveAtMs, game.nowMs);
          if (wakeAtMs(game.state) === null) break;
          game.wake();
        }
        greetWhereItWorks(game, best);

        // The longest way: one full backoff before every try on the way down.
        expect(liveAtMs - goodFromMs).toBeLessThan(150_000);
        expect(game.state).toMatchObject({ state: 'live', transport: best });
      }),
      { numRuns: 100 },
    ),
  );
});

/** What one transition did to the cursor and the reader that it must never do. */
function findFaults(before: EventId, now: EventId, effects: readonly Effect[]): readonly string[] {
  const isReset = effects.some((effect) => effect.do === 'reset');
  const faults = !isReset && seqOf(now) < seqOf(before) ? ['the cursor went back'] : [];
  for (const effect of effects) {
    if (effect.do === 'open' && effect.after !== now) faults.push('a line reads from elsewhere');
    if (effect.do !== 'deliver') continue;
    const seqs = effect.events.map(({ seq }) => seq);
    if (seqs.some((seq, index) => seq <= (seqs[index - 1] ?? seqOf(before)))) faults.push('told twice');
    if (seqs.at(-1) !== seqOf(now)) faults.push('the cursor is not at the last event');
  }
  return faults;
}

/** Lines of better transports stay silent; the others say hello at once. */
function greetWhereItWorks(game: ReturnType<typeof play>, best: TransportName): void {
  for (const [line, transport] of game.open) {
    const isGreeted = game.state.state === 'live' && game.state.line === line;
    if (isGreeted || rungOf(transport) < rungOf(best)) continue;
    game.tell(game.hello(line, seqOf(cursorOf(game.state)!)));
  }
}
