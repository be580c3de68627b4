/** Lines in columns; those with figures are set to the right. */
export function inColumns(lines: string[][]): string {
  const width = (column: number) => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  const isFigures = (column: number) => lines.slice(1).every((line) => /^[\d.]*$/.test(line[column] ?? ''));
  const columns = (lines[0] ?? []).map((_, column) => ({ width: width(column), right: isFigures(column) }));
  const set = (line: string[]) =>
    columns.map(({ width, right }, at) => (right ? (line[at] ?? '').padStart(width) : (line[at] ?? '').padEnd(width)));
  return lines.map((line) => set(line).join('  ').trimEnd()).join('\n');
}
