import type { Paint } from './io.ts';

/**
 * Rows under headings, each column as wide as its widest cell.
 * @param most columns of the terminal; what does not fit is cut off at the end of the line.
 */
export function table(headings: string[], rows: string[][], paint: Paint, most = Number.POSITIVE_INFINITY): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: string[]) => {
    const whole = cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
    return whole.length > most ? `${whole.slice(0, most - 1)}…` : whole;
  };
  return [paint('dim', line(headings)), ...rows.map(line)].join('\n');
}
