/** LAW1 for one reader: every matching event once and in order, or a reset that was told and had a reason. */
import { contentOf, type Fact, type ReaderHistory, type SeenReset, type Truth } from './history.ts';
import type { Wish } from './plan.ts';
import type { Finding, Wrong } from './verdict.ts';

const worthNaming = 50;

/** Written apart from the product's own rule on purpose: two who agree by copying prove nothing. */
export function isWanted(
  { topics, types }: Wish,
  { topics: has, type }: Pick<Fact, 'topics' | 'type'>,
): boolean {
  const isHeard = topics.length === 0 || topics.some((topic) => topic === 'all' || has.includes(topic));
  const [noun] = type.split(':');
  return isHeard && (types.length === 0 || types.includes(type) || types.includes(`${noun}:*`));
}

export function checkReader(reader: ReaderHistory, { facts }: Truth, end: number): Finding[] {
  const findings: Finding[] = [];
  const report = (wrong: Wrong, detail: string) => {
    if (findings.length < worthNaming) findings.push({ wrong, detail: `reader ${reader.id}: ${detail}` });
  };
  for (const oddity of reader.oddities) report('oddity', oddity);
  const heard = new Uint8Array(facts.length + 1);
  if (reader.mayCollapse) for (const seq of reader.seqs) heard[seq] = 1;
  const seen = new Uint8Array(facts.length + 1);
  let last = reader.from;

  const passTo = (seq: number) => {
    for (let missed = last + 1; missed < seq; missed++) {
      const fact = facts[missed - 1];
      if (fact === undefined || !isWanted(reader.wish, fact) || isSpared(fact, heard, facts)) continue;
      report('lost', `${missed} (${fact.type}) between ${last} and ${seq}`);
    }
    last = seq;
  };
  const takeReset = ({ cursor, head, reason, prunedThrough }: SeenReset) => {
    if (reason !== 'pruned' || cursor >= prunedThrough) {
      report(
        'groundless-reset',
        `${reason} at ${cursor}, although only ${prunedThrough} may have been pruned`,
      );
    }
    if (cursor > last) passTo(cursor + 1);
    last = Math.max(last, head);
  };

  let nextReset = 0;
  for (let index = 0; index < reader.seqs.length; index++) {
    while ((reader.resets[nextReset]?.at ?? Infinity) <= index) takeReset(reader.resets[nextReset++]!);
    const seq = reader.seqs.at(index)!;
    const fact = facts[seq - 1];
    if (fact === undefined || !isWanted(reader.wish, fact)) {
      report(
        'phantom',
        fact === undefined ? `${seq} was never written` : `${seq} (${fact.type}) not asked for`,
      );
      continue;
    }
    if (reader.contents.at(index) !== contentOf(fact.type, fact.operationId, fact.tag)) {
      report('altered', `${seq} is ${fact.type} ${fact.tag}, and was told as something else`);
    }
    if (seen[seq] === 1) report('repeated', `${seq}, after ${last}`);
    else if (seq <= last) report('reordered', `${seq} came after ${last}`);
    else passTo(seq);
    seen[seq] = 1;
  }
  while (nextReset < reader.resets.length) takeReset(reader.resets[nextReset++]!);
  if (last < end) passTo(end + 1);
  return findings;
}

/** So far ahead does a stream look when it collapses what has piled up: one page. */
const collapseReach = 500;

/** SS4: a stream that lags is spared progress which later progress of the same operation has replaced. */
function isSpared(missed: Fact, heard: Uint8Array, facts: readonly Fact[]): boolean {
  if (missed.type !== 'operation:progress') return false;
  const reach = Math.min(facts.length, missed.seq + collapseReach);
  for (let seq = missed.seq + 1; seq <= reach; seq++) {
    const { type, operationId } = facts[seq - 1]!;
    if (heard[seq] === 1 && type === missed.type && operationId === missed.operationId) return true;
  }
  return false;
}
