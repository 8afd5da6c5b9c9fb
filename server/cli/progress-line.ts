/** One operation as one line: bar, figures, rate and what is left. */
export interface Figures {
  readonly phase: string;
  readonly processed: number | null;
  readonly total: number | null;
  readonly ratePerSecond: number | null;
  readonly etaMs: number | null;
}

const barWidth = 24;

export function toProgressLine(figures: Figures, columns: number): string {
  const { phase, processed, total, ratePerSecond, etaMs } = figures;
  const parts = [phase.padEnd(22)];
  if (processed !== null && total !== null && total > 0) parts.push(toBar(processed / total));
  if (processed !== null) parts.push(total === null ? `${processed}` : `${processed}/${total}`);
  if (ratePerSecond !== null && ratePerSecond > 0) parts.push(`${Math.round(ratePerSecond)}/s`);
  if (etaMs !== null && etaMs > 0) parts.push(`${Math.ceil(etaMs / 1000)} s left`);
  return parts.join('  ').slice(0, Math.max(10, columns - 1));
}

function toBar(share: number): string {
  const filled = Math.max(0, Math.min(barWidth, Math.floor(share * barWidth)));
  return `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
}
