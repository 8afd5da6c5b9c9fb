/** What is wrong with the lines of a log, gathered over all readings of it (SE8, DX7, SE11). */
import { toFileIssue, type FileIssue } from '../../../shared/issues.ts';
import type { PriceTable } from './prices.ts';
import type { LineIssue, UsageFact } from './read/reading.ts';

/** Kept with the log: a reading that goes on knows only its own part. */
export type KeptIssue = LineIssue | { readonly code: 'UNKNOWN_MODEL'; readonly model: string };

const mostModels = 20;

/** `delta.issues` are told again with what has become of them. */
export function keepIssues(
  kept: readonly KeptIssue[],
  found: readonly LineIssue[],
  usage: readonly UsageFact[],
  prices: PriceTable,
): readonly KeptIssue[] {
  const models = findUnknown(usage, prices).filter((model) => !kept.some((issue) => isOfModel(issue, model)));
  if (found.length === 0 && models.length === 0) return kept;
  const codes = new Set<string>(found.map(({ code }) => code));
  const before = kept.filter(({ code }) => !codes.has(code));
  const room = mostModels - before.filter(({ code }) => code === 'UNKNOWN_MODEL').length;
  const added = models
    .slice(0, Math.max(0, room))
    .map((model) => ({ code: 'UNKNOWN_MODEL' as const, model }));
  return [...before, ...found, ...added];
}

const isOfModel = (issue: KeptIssue, model: string): boolean =>
  issue.code === 'UNKNOWN_MODEL' && issue.model === model;

/** A model that is not named at all has no price either, and no name to report. */
function findUnknown(usage: readonly UsageFact[], prices: PriceTable): string[] {
  const unknown = usage.flatMap(({ model, at }) =>
    model === null || prices.knows(model, at) ? [] : [model],
  );
  return [...new Set(unknown)];
}

/** Prices that came since take their issues away. */
export function withoutKnownModels(kept: readonly KeptIssue[], prices: PriceTable): readonly KeptIssue[] {
  const left = kept.filter((issue) => issue.code !== 'UNKNOWN_MODEL' || !prices.knows(issue.model, null));
  return left.length === kept.length ? kept : left;
}

export function toFileIssues(path: string, kept: readonly KeptIssue[]): FileIssue[] {
  return kept.map((issue) => {
    if (issue.code === 'UNKNOWN_MODEL') {
      return toFileIssue(path, issue.code, `no price is known for the model "${issue.model}"`);
    }
    return toFileIssue(path, issue.code, describe(issue), { offset: issue.offset });
  });
}

function describe({ code, count }: LineIssue): string {
  const lines = count === 1 ? '1 line' : `${count} lines`;
  if (code === 'LINE_TOO_LONG') return `${lines} over the limit passed over`;
  if (code === 'LOG_CORRUPT')
    return `the first ${lines} hold no JSON object: this seems to be no session log`;
  return `${lines} without a JSON object passed over`;
}
