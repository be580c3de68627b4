import type { Paint } from './screen.ts';

/** Columns that are used at most, however wide the terminal is. */
const WIDEST = 100;

/** Columns that text may use. */
export const widthOf = (columns: number | undefined): number => Math.max(40, Math.min(columns || WIDEST, WIDEST));

/**
 * Breaks text between words so that no line is longer than `width`; a longer word stays whole.
 * @param first how the first line begins.
 * @param next how the others begin.
 */
export function wrapped(text: string, width: number, first = '', next = ' '.repeat(first.length)): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}

/** The same for items between `·`: none is broken that fits on a line. */
export function wrappedItems(items: readonly string[], width: number, indent: string): string {
  const whole = items.map((item) => (indent.length + item.length + 2 <= width ? item.replace(/ /g, GLUE) : item));
  return wrapped(whole.join(`${GLUE}· `), width, indent).replaceAll(GLUE, ' ');
}

/** Stands for a space that no line ends at. */
const GLUE = '\u00a0';

export interface Column {
  heading: string;
  /** Numbers stand right. */
  right?: true;
}

/** Rows below headings, each column as wide as its widest cell; the last row set apart where it is a sum. */
export function columns(heads: readonly Column[], rows: readonly string[][], paint: Paint, indent = '  '): string[] {
  const widths = heads.map(({ heading }, index) =>
    Math.max(heading.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    indent +
    cells
      .map((cell, index) => (heads[index]?.right ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  return [paint('dim', line(heads.map(({ heading }) => heading))), ...rows.map(line)];
}
