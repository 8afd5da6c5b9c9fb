/** Reads a date as people write it into a document (GD7). */

export interface ReadDate {
  /** A day is its start in UTC. */
  readonly valueMs: number;
  readonly precision: 'instant' | 'day';
}

/** The date, or `bad` for what is none: free text, another order, or a day that no calendar has. */
export function toDate(text: string): ReadDate | 'bad' {
  const plain = text.trim().replace(/^(["'`]|\*\*)(.*)\1$/, '$2');
  for (const form of forms) {
    const groups = form.exec(plain)?.groups;
    if (groups !== undefined) return toCalendarDate(groups);
  }
  return 'bad';
}

const time = String.raw`(?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?`;
const zone = String.raw` ?(?<zone>Z|UTC|[+-]\d{2}(?::?\d{2})?)?`;

const forms = [
  new RegExp(String.raw`^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[Tt ]${time}${zone})?$`, 'i'),
  /^(?<year>\d{4})\/(?<month>\d{1,2})\/(?<day>\d{1,2})$/,
  /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})$/,
];

type Groups = Readonly<Record<string, string | undefined>>;

function toCalendarDate(groups: Groups): ReadDate | 'bad' {
  const [year, month, day] = [Number(groups['year']), Number(groups['month']), Number(groups['day'])];
  const [hour, minute, second] = [
    toCount(groups['hour']),
    toCount(groups['minute']),
    toCount(groups['second']),
  ];
  const offsetMinutes = toOffset(groups['zone']);
  if (hour > 23 || minute > 59 || second > 59 || offsetMinutes === undefined) return 'bad';
  const startMs = Date.UTC(year, month - 1, day);
  if (year < 1000 || !isSameDay(new Date(startMs), year, month, day)) return 'bad';
  if (groups['hour'] === undefined) return { valueMs: startMs, precision: 'day' };
  const minutes = hour * 60 + minute - offsetMinutes;
  return {
    valueMs: startMs + (minutes * 60 + second) * 1000 + toMilliseconds(groups['fraction']),
    precision: 'instant',
  };
}

/** `Date.UTC` rolls the 30th of February over into March. */
function isSameDay(date: Date, year: number, month: number, day: number): boolean {
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function toCount(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits);
}

function toMilliseconds(fraction: string | undefined): number {
  return fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3));
}

/** Minutes east of UTC; without a zone the time is UTC. */
function toOffset(text: string | undefined): number | undefined {
  if (text === undefined || /^(?:z|utc)$/i.test(text)) return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = toCount(text.slice(3).replace(':', '') || undefined);
  if (hours > 14 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
