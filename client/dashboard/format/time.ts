/** Times and durations as people read them: short, the same width from tick to tick, never "NaN". */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `840 ms`, `2.4 s`, `3 m 05 s`, `1 h 04 m`, `2 d 03 h`. */
export function toDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < second) return `${whole} ms`;
  if (whole < 10 * second) return `${(Math.floor(whole / 100) / 10).toFixed(1)} s`;
  if (whole < minute) return `${Math.floor(whole / second)} s`;
  if (whole < hour) return `${Math.floor(whole / minute)} m ${pad((whole % minute) / second)} s`;
  if (whole < day) return `${Math.floor(whole / hour)} h ${pad((whole % hour) / minute)} m`;
  return `${Math.floor(whole / day)} d ${pad((whole % day) / hour)} h`;
}

/** How long ago, in one unit; a time ahead of this clock counts as now. */
export function toAge(thenMs: number, nowMs: number): string {
  const ms = nowMs - thenMs;
  if (ms < 2 * second) return 'just now';
  if (ms < minute) return `${Math.floor(ms / second)} s ago`;
  if (ms < hour) return `${Math.floor(ms / minute)} min ago`;
  if (ms < day) return `${Math.floor(ms / hour)} h ago`;
  return `${Math.floor(ms / day)} d ago`;
}

/** `21 Nov 2026, 09:30:04` in the reader's zone, or in the one given. */
export function toDateTime(at: string, timeZone?: string): string {
  return format(at, timeZone, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

export function toDate(at: string, timeZone?: string): string {
  return format(at, timeZone, { day: 'numeric', month: 'short', year: 'numeric' });
}

export function toClock(at: string, timeZone?: string): string {
  return format(at, timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** The day a list is cut at: `Today`, `Yesterday`, or the date. */
export function toDayName(at: string, nowMs: number, timeZone?: string): string {
  const date = toDate(at, timeZone);
  if (date === toDate(new Date(nowMs).toISOString(), timeZone)) return 'Today';
  if (date === toDate(new Date(nowMs - day).toISOString(), timeZone)) return 'Yesterday';
  return date;
}

const pad = (value: number): string => String(Math.floor(value)).padStart(2, '0');

function format(at: string, timeZone: string | undefined, parts: Intl.DateTimeFormatOptions): string {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return at;
  return new Intl.DateTimeFormat('en-GB', { ...parts, hour12: false, ...(timeZone && { timeZone }) }).format(
    ms,
  );
}
