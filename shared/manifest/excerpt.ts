import type { Problem } from '../errors.ts';
import { HIDDEN, secretInLine } from './secret-forms.ts';

/** Characters of a line that are shown; a longer one is cut around the place. */
const WIDTH = 100;

/**
 * The line of a problem with a caret under its column, or '' where there is none:
 *
 *     3 | tragte: static
 *       | ^
 *
 * What cannot be seen is drawn as a symbol, so a manifest can do nothing to a
 * terminal. A line with a secret is shown up to its first colon: `password:●●●`.
 * @param text the manifest, as text, as it was read or decoded with replacement characters.
 */
export function excerpt({ place }: Problem, text: string): string {
  if (place?.line === undefined || place.column === undefined) return '';
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  const line = withoutSecret(lines, place.line - 1, place.hidden);
  const column = Math.min(place.column - 1, line.length);
  const from = column > WIDTH - 20 ? column - WIDTH / 2 : 0;
  const to = from + WIDTH;
  const shown = `${from > 0 ? '…' : ''}${drawn(line.slice(from, to))}${to < line.length ? '…' : ''}`;
  const before = `${from > 0 ? '…' : ''}${drawn(line.slice(from, column))}`;

  const number = String(place.line);
  return `${number} | ${shown}\n${' '.repeat(number.length)} | ${' '.repeat([...before].length)}^`;
}

/** Where the reader said from where on a line is hidden, it knew all that stands in it. */
function withoutSecret(lines: string[], index: number, hidden?: number): string {
  const line = lines[index] ?? '';
  const from = hidden === undefined ? secretInLine(lines, index) : hidden - 1;
  if (from === undefined) return line;
  const key = /^[^:]*:\s*/.exec(line)?.[0];
  const before = key !== undefined && key.length <= from ? key : /^\s*/.exec(line)?.[0];
  return `${before}${HIDDEN}`;
}

/** One symbol for each character: `␀` for NUL, `→` for a tab, `�` for what else cannot be seen. */
function drawn(text: string): string {
  return text
    .replace(/\t/g, '→')
    .replace(/[^\P{Cc}\x7f-\x9f]/gu, symbol)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '�');
}

const symbol = (control: string): string => String.fromCodePoint(0x2400 + control.charCodeAt(0));
