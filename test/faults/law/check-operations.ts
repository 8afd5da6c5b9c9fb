/** LAW3: every operation has exactly one end, its record agrees with it, and nothing holds on to a lane afterwards. */
import type { Fact, OperationRow, Truth } from './history.ts';
import type { Finding } from './verdict.ts';

const terminal: Readonly<Record<string, string>> = {
  'operation:completed': 'completed',
  'operation:failed': 'failed',
  'operation:cancelled': 'cancelled',
};

export function checkOperations(
  { facts }: Truth,
  rows: readonly OperationRow[],
  heldLeases: readonly string[],
): Finding[] {
  const ends = new Map<string, Fact[]>();
  for (const fact of facts) {
    if (!(fact.type in terminal) || fact.operationId === null) continue;
    ends.set(fact.operationId, [...(ends.get(fact.operationId) ?? []), fact]);
  }
  const known = new Set(rows.map(({ id }) => id));
  const strangers = facts.filter(
    ({ type, operationId }) => type === 'operation:queued' && operationId !== null && !known.has(operationId),
  );
  return [
    ...rows.flatMap((row) => checkOne(row, ends.get(row.id) ?? [])),
    ...strangers.map((fact) =>
      finding('unknown-operation', `${fact.operationId} was queued and has no record`),
    ),
    ...heldLeases.map((name) => finding('held-lease', name)),
  ];
}

function checkOne({ id, status, finishedAt }: OperationRow, ends: readonly Fact[]): Finding[] {
  const [end, second] = ends;
  if (end === undefined)
    return [finding('endless-operation', `${id} is ${status} and nobody has told its end`)];
  if (second !== undefined)
    return [finding('ended-twice', `${id}: ${ends.map(({ type }) => type).join(', ')}`)];

  const told = end.event !== null && 'operation' in end.event.data ? end.event.data.operation : null;
  if (terminal[end.type] === status && told?.status === status && told.finishedAt === finishedAt) return [];
  const row = `${status} at ${finishedAt}`;
  return [finding('record-disagrees', `${id} is ${row}, its event ${end.type} at ${told?.finishedAt}`)];
}

const finding = (wrong: Finding['wrong'], detail: string): Finding => ({ wrong, detail });
