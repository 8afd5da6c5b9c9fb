/** Rows as lines with columns as wide as they need to be; the last column is cut where the terminal ends. */
export function toTable(rows: readonly Readonly<Record<string, string>>[], columns: number): string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const names = Object.keys(first);
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => row[name]!.length)));
  const toLine = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (index === cells.length - 1 ? cell : cell.padEnd(widths[index]!)))
      .join('  ')
      .slice(0, columns)
      .trimEnd();
  return [toLine(names), ...rows.map((row) => toLine(names.map((name) => row[name]!)))];
}
