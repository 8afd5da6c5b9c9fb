/** The checker against histories that are wrong in one way each: what it cannot find, a run cannot find either. */
import { expect, test } from 'vitest';
import { checkHistory } from './check.ts';
import { contentOf, type Fact, type History, type ReaderHistory } from './history.ts';
import { aHistory, aReader, aTruth, completed, progressOf, queued, row } from './history-builder.ts';
import { NumberList } from './number-list.ts';
import type { Finding } from './verdict.ts';

const wrongsOf = (history: Partial<History>): string[] =>
  checkHistory(aHistory(history)).map(({ wrong }: Finding) => wrong);

const reading = (seqs: readonly number[], change: Partial<ReaderHistory> = {}): Partial<History> => ({
  readers: [aReader(aTruth(10), seqs, change)],
});

test('[LAW1] a history without a fault has no findings', () => {
  expect(wrongsOf(reading([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))).toEqual([]);
});

test.each([
  ['an event in the middle is lost', [1, 2, 3, 5, 6, 7, 8, 9, 10], ['lost']],
  ['the first is lost', [2, 3, 4, 5, 6, 7, 8, 9, 10], ['lost']],
  ['the last ones never came', [1, 2, 3, 4, 5, 6, 7, 8], ['lost', 'lost']],
  ['one is repeated at once', [1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10], ['repeated']],
  [
    'a stretch is repeated after a reconnect',
    [1, 2, 3, 4, 3, 4, 5, 6, 7, 8, 9, 10],
    ['repeated', 'repeated'],
  ],
  ['two have changed places', [1, 2, 4, 3, 5, 6, 7, 8, 9, 10], ['lost', 'reordered']],
  ['one was never written', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], ['phantom']],
  ['a silent gap', [1, 2, 9, 10], ['lost', 'lost', 'lost', 'lost', 'lost', 'lost']],
])('[LAW1] %s', (_name, seqs, wrongs) => {
  expect(wrongsOf(reading(seqs))).toEqual(wrongs);
});

test('[LAW1] an event told under the number of another is found', () => {
  const contents = NumberList.of(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seq) => (seq === 4 ? 0 : aTruthContent(seq))),
  );

  expect(wrongsOf(reading([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { contents }))).toEqual(['altered']);
});

const aTruthContent = (seq: number): number => {
  const { type, operationId, tag } = aTruth(10)[seq - 1]!;
  return contentOf(type, operationId, tag);
};

test('[LAW1] what was not asked for may be missing, and may not come', () => {
  const wish = { topics: ['project:even'], types: [] };

  expect(wrongsOf(reading([2, 4, 6, 8, 10], { wish }))).toEqual([]);
  expect(wrongsOf(reading([2, 3, 4, 6, 8, 10], { wish }))).toEqual(['phantom']);
  expect(wrongsOf(reading([2, 4, 8, 10], { wish }))).toEqual(['lost']);
});

test('[LAW1, F25] a reset that was told and had a reason excuses what lies before its head, and no more', () => {
  const reset = { at: 2, cursor: 2, head: 6, reason: 'pruned', prunedThrough: 4 };

  expect(wrongsOf(reading([1, 2, 7, 8, 9, 10], { resets: [reset] }))).toEqual([]);
  expect(wrongsOf(reading([1, 2, 8, 9, 10], { resets: [reset] }))).toEqual(['lost']);
});

test.each([
  ['nothing was pruned behind the cursor', { prunedThrough: 2 }],
  ['the cursor was the server’s own', { reason: 'foreign-epoch' }],
  ['the server did not know its own event', { reason: 'future' }],
])('[LAW1] a reset without a reason is a fault: %s', (_name, change) => {
  const reset = { at: 2, cursor: 2, head: 6, reason: 'pruned', prunedThrough: 4, ...change };

  expect(wrongsOf(reading([1, 2, 7, 8, 9, 10], { resets: [reset] }))).toEqual(['groundless-reset']);
});

test('[LAW1] a reset excuses nothing that the reader had been told to have passed', () => {
  const reset = { at: 2, cursor: 4, head: 6, reason: 'pruned', prunedThrough: 5 };

  expect(wrongsOf(reading([1, 2, 7, 8, 9, 10], { resets: [reset] }))).toEqual(['lost', 'lost']);
});

test('[SS4] only progress may be spared, and only where newer progress of the same operation came', () => {
  const facts: Fact[] = [
    progressOf(1, 'OP-a'),
    progressOf(2, 'OP-b'),
    progressOf(3, 'OP-a'),
    completed(4, 'OP-a'),
  ];
  const seen = (seqs: readonly number[]) =>
    wrongsOf({ truth: { facts }, end: 4, readers: [aReader(facts, seqs)] });
  const others = ['unknown-operation'];

  expect(seen([2, 3, 4]).filter((wrong) => !others.includes(wrong))).toEqual([]);
  expect(seen([1, 3, 4])).toContain('lost');
  expect(seen([1, 2, 3])).toContain('lost');
});

test('[EV2] a number that the journal left out is found', () => {
  const facts = aTruth(10).filter(({ seq }) => seq !== 5);

  expect(wrongsOf({ truth: { facts } })).toEqual(['journal-gap']);
});

test('[LAW1] an acknowledged append that is not in the journal is found, and one that is there twice', () => {
  const twice = aTruth(10).map((fact) => (fact.seq === 3 ? { ...fact, tag: 'w#2' } : fact));

  expect(wrongsOf({ floodAcks: [{ writer: 'w', from: 1, to: 11 }] })).toEqual(['unwritten']);
  expect(wrongsOf({ truth: { facts: twice }, floodAcks: [] })).toEqual(['written-twice']);
});

test('[LAW1] an operation that was promised and never queued is found', () => {
  expect(wrongsOf({ operationAcks: [{ operationId: 'OP-x', asked: 'a sync' }] })).toEqual(['unwritten']);
});

const story = (...facts: Fact[]): Partial<History> => ({ truth: { facts }, end: facts.length, readers: [] });

test.each<[string, Partial<History>, string[]]>([
  [
    'one end that the record agrees with',
    { ...story(queued(1, 'OP-a'), completed(2, 'OP-a')), operations: [row('OP-a')] },
    [],
  ],
  [
    'no end',
    { ...story(queued(1, 'OP-a')), operations: [row('OP-a', { status: 'running' })] },
    ['endless-operation'],
  ],
  [
    'two ends',
    { ...story(queued(1, 'OP-a'), completed(2, 'OP-a'), completed(3, 'OP-a')), operations: [row('OP-a')] },
    ['ended-twice'],
  ],
  [
    'an end that the record disagrees with',
    { ...story(queued(1, 'OP-a'), completed(2, 'OP-a')), operations: [row('OP-a', { status: 'failed' })] },
    ['record-disagrees'],
  ],
  ['no record', { ...story(queued(1, 'OP-a')), operations: [] }, ['unknown-operation']],
  ['a lane that is held', { ...story(), heldLeases: ['project:p_1'] }, ['held-lease']],
])('[LAW3] %s', (_name, history, wrongs) => {
  expect(wrongsOf(history)).toEqual(wrongs);
});

test('[LAW2] a view that shows something else than the fold of the journal up to its head is found', () => {
  const facts = [queued(1, 'OP-a'), completed(2, 'OP-a')];
  const shown = (head: number, status: 'queued' | 'completed') => {
    const record = facts.map(({ event }) => event!.data as { operation: { status: string } });
    const operations = [record.find(({ operation }) => operation.status === status)!.operation];
    return { head, operations, projects: null } as never;
  };
  const look = (views: Partial<History>) =>
    wrongsOf({ ...story(...facts), operations: [row('OP-a')], ...views });

  expect(look({ glimpses: [shown(1, 'queued')], finals: [shown(2, 'completed')] })).toEqual([]);
  expect(look({ glimpses: [shown(1, 'completed')] })).toEqual(['view-differs']);
  expect(look({ finals: [shown(2, 'queued')] })).toEqual(['view-differs']);
  expect(look({ finals: [shown(3, 'completed')] })).toEqual(['view-differs']);
});
