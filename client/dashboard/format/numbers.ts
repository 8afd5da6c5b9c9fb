/** Figures as people read them: grouped thousands, rates, shares and sizes. */

const grouped = (maximumFractionDigits: number) => new Intl.NumberFormat('en-GB', { maximumFractionDigits });

export const toCount = (value: number): string => grouped(0).format(value);

/** `2,060/s`; below ten with one decimal, because `0/s` would read as stopped. */
export const toRate = (perSecond: number): string => `${grouped(perSecond < 10 ? 1 : 0).format(perSecond)}/s`;

/** Done as a share from 0 to 1; undefined when no total is known. */
export function toShare(
  processed: number | null | undefined,
  total: number | null | undefined,
): number | undefined {
  if (processed == null || total == null) return undefined;
  if (total === 0) return 1;
  return Math.min(1, Math.max(0, processed / total));
}

/** Rounded down, so that 100 % is shown only when everything is done. */
export const toPercent = (share: number): string => `${Math.floor(share * 100)} %`;

/** As the server rounds it: `66.7 %`, `100 %`. */
export const toPercentage = (percentage: number): string => `${grouped(1).format(percentage)} %`;

/** `412 of 900`, `960`, or nothing. */
export function toFraction(processed: number | null | undefined, total: number | null | undefined): string {
  if (processed == null) return '';
  return total == null ? toCount(processed) : `${toCount(processed)} of ${toCount(total)}`;
}

export function toBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1024)));
  return `${grouped(power === 0 ? 0 : 1).format(bytes / 1024 ** power)} ${units[power]}`;
}

/** A difference with its sign: `+12`, `−3`, `±0`. */
export function toDelta(value: number): string {
  if (value === 0) return '±0';
  return value > 0 ? `+${toCount(value)}` : `−${toCount(-value)}`;
}

export const toPlural = (count: number, one: string, many = `${one}s`): string =>
  `${toCount(count)} ${count === 1 ? one : many}`;
