/** All laws over one history. */
import { checkOperations } from './check-operations.ts';
import { checkReader } from './check-streams.ts';
import { checkViews } from './check-views.ts';
import { checkFloods, checkJournal, checkRequests } from './check-writes.ts';
import type { History } from './history.ts';
import type { Finding } from './verdict.ts';

export function checkHistory(history: History): Finding[] {
  const { truth, end, readers, operations, heldLeases } = history;
  const gaps = checkJournal(truth);
  // Places are counted from the first event: without order there, nothing else can be judged.
  if (gaps.length > 0) return gaps;
  return [
    ...checkFloods(truth, history.floodAcks),
    ...checkRequests(truth, history.operationAcks),
    ...readers.flatMap((reader) => checkReader(reader, truth, end)),
    ...checkOperations(truth, operations, heldLeases),
    ...checkViews(truth, history),
  ];
}
