/** The journal against its writers: no number missing, and what was acknowledged stands there exactly once. */
import type { FloodAck, OperationAck, Truth } from './history.ts';
import type { Finding } from './verdict.ts';

export function checkJournal({ facts }: Truth): Finding[] {
  const gap = facts.findIndex(({ seq }, index) => seq !== index + 1);
  if (gap === -1) return [];
  return [{ wrong: 'journal-gap', detail: `place ${gap + 1} of the journal holds ${facts[gap]!.seq}` }];
}

export function checkFloods({ facts }: Truth, acks: readonly FloodAck[]): Finding[] {
  const written = new Map<string, number>();
  for (const { tag } of facts) if (tag !== '') written.set(tag, (written.get(tag) ?? 0) + 1);
  const findings: Finding[] = [];
  for (const [tag, times] of written) {
    if (times > 1) findings.push({ wrong: 'written-twice', detail: `${tag}, ${times} times` });
  }
  for (const { writer, from, to } of acks) {
    for (let number = from; number <= to; number++) {
      if (written.has(toTag(writer, number))) continue;
      findings.push({ wrong: 'unwritten', detail: `${toTag(writer, number)} was acknowledged` });
    }
  }
  return findings;
}

export const toTag = (writer: string, number: number): string => `${writer}#${number}`;

export function checkRequests({ facts }: Truth, acks: readonly OperationAck[]): Finding[] {
  const queued = new Set(
    facts.filter(({ type }) => type === 'operation:queued').map((fact) => fact.operationId),
  );
  return acks
    .filter(({ operationId }) => !queued.has(operationId))
    .map(({ operationId, asked }) => ({
      wrong: 'unwritten',
      detail: `${operationId} was promised to ${asked}`,
    }));
}
