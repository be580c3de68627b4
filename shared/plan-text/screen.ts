import type { styleText } from 'node:util';

export type Paint = (format: Parameters<typeof styleText>[0], text: string) => string;

/** What text is written for. */
export interface Screen {
  paint: Paint;
  /** Columns. */
  width: number;
}

/** Text that others wrote, without what could steer a terminal. */
export const printable = (text: string): string =>
  text.replace(/\s*\n\s*/g, ' ').replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '�');

/** The same line by line. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
