/** Small histories for the tests of the checker. */
import type { SynclineEvent } from '../../../shared/events/index.ts';
import { contentOf, type Fact, type History, type OperationRow, type ReaderHistory } from './history.ts';
import { NumberList } from './number-list.ts';

/** Every second one is of the project `even`; each is named after its writer `w`. */
export const aTruth = (count: number): Fact[] =>
  Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    type: 'watch:batch',
    topics: ['watch', index % 2 === 1 ? 'project:even' : 'project:odd'],
    operationId: null,
    tag: `w#${index + 1}`,
    event: null,
  }));

export function aReader(
  facts: readonly Fact[],
  seqs: readonly number[],
  change: Partial<ReaderHistory> = {},
): ReaderHistory {
  const contents = seqs.map((seq) => {
    const { type, operationId, tag } = facts[seq - 1] ?? { type: '', operationId: null, tag: '' };
    return contentOf(type, operationId, tag);
  });
  return {
    id: 1,
    wish: { topics: [], types: [] },
    from: 0,
    seqs: NumberList.of(seqs),
    contents: NumberList.of(contents),
    resets: [],
    oddities: [],
    mayCollapse: true,
    ...change,
  };
}

export const aHistory = (change: Partial<History>): History => ({
  truth: { facts: aTruth(10) },
  end: 10,
  readers: [],
  floodAcks: [],
  operationAcks: [],
  operations: [],
  heldLeases: [],
  glimpses: [],
  finals: [],
  ...change,
});

const at = '2026-01-01T00:00:00.000Z';

const aboutOperation = (seq: number, type: string, operationId: string, data: unknown): Fact => {
  const event = { seq, type, at, operationId, projectId: null, topic: [], data };
  return { seq, type, topics: [], operationId, tag: '', event: event as unknown as SynclineEvent };
};

const recordOf = (id: string, status: string, finishedAt: string | null) => ({
  operation: { id, status, finishedAt, kind: 'full_sync', trigger: 'api', attempt: 1, queuedAt: at },
});

export const queued = (seq: number, id: string): Fact =>
  aboutOperation(seq, 'operation:queued', id, recordOf(id, 'queued', null));
export const completed = (seq: number, id: string): Fact =>
  aboutOperation(seq, 'operation:completed', id, recordOf(id, 'completed', at));
export const progressOf = (seq: number, id: string): Fact => ({
  ...aboutOperation(seq, 'operation:progress', id, {}),
  event: null,
});

export const row = (id: string, change: Partial<OperationRow> = {}): OperationRow => ({
  id,
  status: 'completed',
  finishedAt: at,
  ...change,
});
