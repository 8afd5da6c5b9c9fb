import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { activeOf, foldActiveOperations } from '../../client/dashboard/folds/active-operations.ts';
import { foldOperation } from '../../client/dashboard/folds/operation.ts';
import { foldOperationList } from '../../client/dashboard/folds/operation-list.ts';
import { foldOperationLog, maxLogLines } from '../../client/dashboard/folds/operation-log.ts';
import { toGantt } from '../../client/dashboard/format/gantt.ts';
import { event, operation, operationId, phase, plus, progress } from './build.ts';

describe('one operation', () => {
  test('[ST6] a progress event moves phase, figures, rate, ETA and counters without a request', () => {
    const before = operation(1, { phases: [phase('documents')], counters: { filesSeen: 960 } });

    const after = foldOperation(
      before,
      progress(1, {
        processed: 412,
        total: 900,
        ratePerSecond: 2060,
        etaMs: 237,
        progress: { documentCount: 900 },
        counters: { documentsSynced: 7 },
        message: 'Reading documents',
      }),
    );

    expect(after).toMatchObject({
      phase: 'documents',
      message: 'Reading documents',
      progress: { processed: 412, total: 900, ratePerSecond: 2060, documentCount: 900 },
      counters: { filesSeen: 960, documentsSynced: 7 },
      etaMs: 237,
      phases: [{ name: 'documents', progress: { processed: 412 } }],
    });
  });

  test('a phase that is entered is added, and the same one that ends replaces it', () => {
    const toEvent = (record: ReturnType<typeof phase>) =>
      event(
        'operation:phase',
        {
          phase: record,
          processed: null,
          total: null,
          ratePerSecond: null,
          etaMs: null,
          counters: {},
          message: '',
        },
        { operationId: operationId(1) },
      );
    const ended = phase('search', { finishedAt: plus(9), durationMs: 9 });

    const entered = foldOperation(operation(1, { phases: [] }), toEvent(phase('search')));
    const after = foldOperation(entered as ReturnType<typeof operation>, toEvent(ended));

    expect(after).toMatchObject({ phase: 'search', phases: [ended] });
  });

  test('the record of its end keeps the phases it was shown with, and closes the open one', () => {
    const before = operation(1, { phases: [phase('documents')] });
    const end = operation(1, { status: 'failed', finishedAt: plus(1500) });

    const after = foldOperation(before, event('operation:failed', { operation: end }));

    expect(after).toMatchObject({ status: 'failed', phases: [{ finishedAt: plus(1500), durationMs: 1500 }] });
  });

  test.each([
    ['progress', progress(1, { processed: 1 })],
    ['a second end', event('operation:cancelled', { operation: operation(1, { status: 'cancelled' }) })],
  ])('[OP8] %s after the end changes nothing', (_, late) => {
    const ended = operation(1, { status: 'completed' });

    expect(foldOperation(ended, late)).toBe(ended);
  });

  test('events of another operation leave the very same record', () => {
    const shown = operation(1);

    expect(foldOperation(shown, progress(2, { processed: 1 }))).toBe(shown);
    expect(foldOperation(shown, event('operation:started', { operation: operation(2) }))).toBe(shown);
  });
});

describe('the timeline', () => {
  const everything = { isWanted: () => true, isNewestPage: true };
  const list = { items: [operation(1)], nextCursor: null };

  test('a queued operation enters on top', () => {
    const after = foldOperationList(everything)(list, event('operation:queued', { operation: operation(2) }));

    expect(after).toMatchObject({ items: [{ id: operationId(2) }, { id: operationId(1) }] });
  });

  test('an operation that does not pass the filter stays out', () => {
    const fold = foldOperationList({
      isWanted: ({ projectSlug }) => projectSlug === 'dune',
      isNewestPage: true,
    });

    expect(fold(list, event('operation:queued', { operation: operation(2) }))).toBe(list);
  });

  test('[OP6] an older page does not take in what begins now', () => {
    const fold = foldOperationList({ ...everything, isNewestPage: false });

    expect(fold(list, event('operation:queued', { operation: operation(2) }))).toBe(list);
  });

  test('a row that no longer passes the filter leaves', () => {
    const fold = foldOperationList({ isWanted: ({ status }) => status === 'running', isNewestPage: true });
    const end = event('operation:completed', { operation: operation(1, { status: 'completed' }) });

    expect(fold(list, end)).toMatchObject({ items: [] });
  });

  test('a list that has grown past one screen is read again as a page', () => {
    const long = { items: Array.from({ length: 200 }, (_, n) => operation(n)), nextCursor: null };

    expect(
      foldOperationList(everything)(long, event('operation:queued', { operation: operation(900) })),
    ).toBe('reload');
  });

  test('[OP6] in whatever order operations are heard of, the newest stands first and each stands once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 40 }), (numbers) => {
        const after = numbers.reduce(
          (before, n) => {
            const next = foldOperationList(everything)(
              before,
              event('operation:queued', { operation: operation(n) }),
            );
            return next === 'reload' ? before : next;
          },
          { items: [] as readonly ReturnType<typeof operation>[], nextCursor: null as string | null },
        );

        const newestFirst = [...new Set(numbers)].toSorted((a, b) => b - a).map(operationId);
        expect(after.items.map(({ id }) => id)).toEqual(newestFirst);
      }),
    );
  });
});

describe('what is active', () => {
  const active = { items: [operation(2, { status: 'queued' }), operation(1)], lastEnded: null };

  test('an operation that ends leaves, and is kept to be announced', () => {
    const end = operation(1, { status: 'completed' });

    const after = foldActiveOperations(active, event('operation:completed', { operation: end }));

    expect(after).toEqual({ items: [active.items[0]], lastEnded: end });
  });

  test('the one that runs is shown for its project before the one that waits', () => {
    expect(activeOf(active, 'atlas')?.id).toBe(operationId(1));
    expect(activeOf(active, 'dune')).toBeUndefined();
  });

  test('of several that wait, the one that waits longest is shown', () => {
    const waiting = {
      items: [operation(3, { status: 'queued' }), operation(2, { status: 'queued' })],
      lastEnded: null,
    };

    expect(activeOf(waiting, 'atlas')?.id).toBe(operationId(2));
  });
});

describe('the event log', () => {
  const fold = foldOperationLog(operationId(1));
  const line = (seq: number) =>
    event(
      'sync:started',
      { slug: 'atlas', kind: 'full_sync', trigger: 'manual' },
      { seq, operationId: operationId(1) },
    );
  const empty = { events: [], isPruned: false, isCut: false };

  test('[LAW1] an event heard twice stands once', () => {
    const once = fold(empty, line(5));

    expect(once).toMatchObject({ events: [{ seq: 5 }] });
    expect(fold(once as typeof empty, line(5))).toBe(once);
  });

  test('events of other operations stay out', () => {
    expect(fold(empty, progress(2, {}))).toBe(empty);
  });

  test('a long log lets its oldest lines go and says so', () => {
    const full = { ...empty, events: Array.from({ length: maxLogLines }, (_, n) => line(n + 1)) };

    const after = fold(full, line(maxLogLines + 1)) as { events: readonly { seq: number }[]; isCut: boolean };

    expect(after.isCut).toBe(true);
    expect(after.events).toHaveLength(maxLogLines);
    expect(after.events[0]?.seq).toBe(2);
  });
});

describe('the phases on a time line', () => {
  const discover = phase('discover', { finishedAt: plus(250), durationMs: 250 });
  const documents = phase('documents', { startedAt: plus(250), finishedAt: plus(1000), durationMs: 750 });

  test('each bar begins where its phase began and is as wide as it lasted', () => {
    const bars = toGantt(
      operation(1, { phases: [discover, documents], finishedAt: plus(1000) }),
      Date.parse(plus(9e6)),
    );

    expect(bars).toMatchObject([
      { from: 0, width: 0.25, isOpen: false },
      { from: 0.25, width: 0.75, isOpen: false },
    ]);
  });

  test('the open phase of a running operation reaches to now', () => {
    const open = { ...documents, finishedAt: null, durationMs: 0 };

    const [, bar] = toGantt(operation(1, { phases: [discover, open] }), Date.parse(plus(1000)));

    expect(bar).toMatchObject({ isOpen: true, durationMs: 750, from: 0.25, width: 0.75 });
  });

  test('no bar leaves the line, whatever the clocks say', () => {
    const instants = fc.integer({ min: -5000, max: 5000 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(instants, fc.nat(9000)), { minLength: 1, maxLength: 8 }),
        instants,
        (spans, now) => {
          const phases = spans.map(([from, durationMs]) =>
            phase('search', { startedAt: plus(from), durationMs }),
          );
          for (const { from, width } of toGantt(operation(1, { phases }), Date.parse(plus(now)))) {
            expect(from).toBeGreaterThanOrEqual(0);
            expect(width).toBeGreaterThan(0);
            expect(from + width).toBeLessThanOrEqual(1 + 1e-9);
          }
        },
      ),
    );
  });
});
