/** Rows as RFC 4180 text that a spreadsheet opens without running anything in it (EX1, GU5). */

export type CsvCell = string | number | boolean | null;

/** Lines end with CRLF, the last one too. */
export function toCsvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(toCell).join(',')}\r\n`;
}

/** Text that begins like a formula is marked as text. */
function toCell(value: CsvCell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
