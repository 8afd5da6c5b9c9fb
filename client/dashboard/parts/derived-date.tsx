/** A date that was found out: as exact as it is known, with where it comes from. */
import type { DerivedDate } from '../../../shared/views/document.ts';
import { toWords } from '../format/labels.ts';
import { toDate, toDateTime } from '../format/time.ts';

interface DerivedDateProps {
  readonly date: DerivedDate;
  /** For tables: the day, and the rest one hover away. */
  readonly isShort?: boolean;
}

export function DerivedDateText({ date, isShort = false }: DerivedDateProps) {
  const { value, precision, source, confidence, reason } = date;
  const origin = `from ${toWords(source).toLowerCase()}, ${confidence} confidence`;
  const isDay = precision === 'day';
  if (isShort) {
    return (
      <time dateTime={value} title={`${isDay ? '' : `${toDateTime(value)}, `}${origin}`} className="figure">
        {isDay ? toDate(value, 'UTC') : toDate(value)}
      </time>
    );
  }
  return (
    <span title={reason}>
      <time dateTime={value}>{isDay ? toDate(value, 'UTC') : toDateTime(value)}</time>
      <span className="muted small block">{origin}</span>
    </span>
  );
}
