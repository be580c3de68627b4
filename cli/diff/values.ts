import { shortest } from '../../shared/manifest/duration.ts';
import { manifestSchema } from '../../shared/manifest/schema.ts';
import { shapeAt, shapeOf } from '../../shared/manifest/shape.ts';
import { printable } from '../io.ts';
import type { Change } from './changes.ts';

const shape = shapeOf(manifestSchema);

/** More of a value nobody compares by eye. */
const LONGEST = 60;

/** A value of a resolved manifest as somebody would write it, in one line. */
export function shownValue(value: unknown, path: Change['path']): string {
  const text = typeof value === 'number' && isDuration(path) ? shortest(value) : written(value);
  const line = printable(text);
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

/** What is a number only once it is resolved was written as a duration. */
function isDuration(path: Change['path']): boolean {
  const here = shapeAt(shape, path);
  return here !== undefined && !here.number && !here.free;
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`;
  if (typeof value !== 'string') return JSON.stringify(value);
  // In quotes where it would be something else without, or nothing at all.
  return /^(?:-?\d+(?:\.\d+)?|true|false|null|\s.*|.*\s|)$/.test(value) ? JSON.stringify(value) : value;
}
