import { deployedFor } from '../../shared/manifest/deployed-for.ts';
import { type Described, lastOf } from '../../shared/manifest/describe.ts';
import { TARGETS, type TargetName } from '../../shared/manifest/sections/index.ts';
import type { Paint } from '../io.ts';
import { table } from '../table.ts';
import lines from './example-lines.json' with { type: 'json' };

/** How a manifest sets a key: `database: {multiAz: true}`; undefined for a section. */
export const exampleOf = (path: string): string | undefined => (lines as Record<string, string>)[path];

/** All that is known of a key, and the keys in it. */
export function keyText(key: Described, paint: Paint): string {
  const { path, description, allowed, required, byDefault, targets, keys } = key;
  const example = exampleOf(path);
  const row = (name: string, value: string) => `  ${paint('dim', name.padEnd(8))} ${value}`;
  return [
    `${paint('bold', path)}  ${description}`,
    // The table names them better.
    ...(allowed.startsWith('a section with') && keys.length > 0 ? [] : [row('allowed', allowed)]),
    ...(byDefault === undefined ? [] : [row('default', byDefault)]),
    row('required', required ? 'yes' : 'no'),
    ...(targets.length < TARGETS.length ? [row('targets', targets.join(', '))] : []),
    row('deployed', deployedText(targets, deployedFor(key))),
    ...(example === undefined ? [] : [row('example', example)]),
    ...(keys.length > 0 ? ['', keyTable(keys, paint)] : []),
  ].join('\n');
}

/** Keys, one a line; of entries that the writer names, the keys of each. */
export function keyTable(keys: Described[], paint: Paint): string {
  const rows = keys.flatMap((key) =>
    lastOf(key.path) === '<name>' ? key.keys.map((inner) => rowOf(inner, '<name>.')) : [rowOf(key)],
  );
  return table(['KEY', 'DEFAULT', 'MEANING'], rows, paint);
}

const rowOf = ({ path, required, byDefault, description }: Described, before = ''): string[] => [
  before + lastOf(path),
  required ? 'required' : (byDefault ?? ''),
  description,
];

function deployedText(targets: readonly TargetName[], deployed: readonly TargetName[]): string {
  if (deployed.length === 0) return 'not yet; it is checked and planned';
  if (deployed.length === targets.length) return 'yes';
  return `for ${deployed.join(', ')}; for the other targets it is checked and planned`;
}
