import { Command } from 'commander';
import { type Described, describeManifest, findDescribed, lastOf } from '../../shared/manifest/describe.ts';
import { TARGETS } from '../../shared/manifest/sections/index.ts';
import { nearest } from '../../shared/manifest/suggest.ts';
import type { Cli } from '../cli.ts';
import { type Io, type Paint, painter } from '../io.ts';
import { type Result, refused } from '../result.ts';
import { table } from '../table.ts';

export const explainCommand = (cli: Cli): Command =>
  new Command('explain')
    .description('Tell of a key of the manifest: what it is for, what it may be, its default.')
    .argument('[key]', 'such as rollout or database.multiAz (default: all there is)')
    .addHelpText(
      'after',
      `
Examples:
  pilot explain
  pilot explain database
  pilot explain database.multiAz

Exit codes: 0 told · 2 no such key, or usage`,
    )
    .action((path: string | undefined, _, command: Command) => cli.run(command, async () => explain(path, cli.io)));

function explain(path: string | undefined, io: Io): Result {
  const paint = painter(io.out, io.env);
  if (path === undefined) {
    const keys = describeManifest();
    return { exit: 0, json: { keys: keys.map(shallow) }, text: keyTable(keys, paint) };
  }
  const found = findDescribed(path);
  if (!found) return refused(2, unknown(path));
  return { exit: 0, json: { key: { ...shallow(found), keys: found.keys.map(shallow) } }, text: told(found, paint) };
}

function told(key: Described, paint: Paint): string {
  const { path, description, allowed, required, byDefault, targets, keys } = key;
  const row = (name: string, value: string) => `  ${paint('dim', name.padEnd(8))} ${value}`;
  return [
    `${paint('bold', path)}  ${description}`,
    ...(keys.length > 0 ? [] : [row('allowed', allowed)]),
    ...(byDefault === undefined ? [] : [row('default', byDefault)]),
    row('required', required ? 'yes' : 'no'),
    ...(targets.length < TARGETS.length ? [row('targets', targets.join(', '))] : []),
    ...(keys.length > 0 ? ['', keyTable(keys, paint)] : []),
  ].join('\n');
}

const keyTable = (keys: Described[], paint: Paint): string =>
  table(
    ['KEY', 'DEFAULT', 'MEANING'],
    keys.map(({ path, required, byDefault, description }) => [
      lastOf(path),
      required ? 'required' : (byDefault ?? ''),
      description,
    ]),
    paint,
  );

/** Without what is inside: a program asks for that by its own path. */
const shallow = ({ keys, ...key }: Described) => ({ ...key, ...(keys.length > 0 && { section: true }) });

/** The part of the path that leads nowhere, and what was probably meant. */
function unknown(path: string) {
  const parts = path.split('.');
  const known = parts.findIndex((_, index) => !findDescribed(parts.slice(0, index + 1).join('.')));
  const around = parts.slice(0, known).join('.');
  const keys = around ? (findDescribed(around)?.keys ?? []) : describeManifest();
  const names = keys.map((key) => lastOf(key.path));
  const wrong = parts[known] ?? '';
  const near = nearest(wrong, names) ?? elsewhere(wrong);
  const meant = near && (near.includes('.') || !around ? near : `${around}.${near}`);
  return {
    code: 'KEY_UNKNOWN',
    message: `${around || 'the manifest'} has no key ${wrong}`,
    ...(names.length > 0 && { expected: names.join(', ') }),
    ...(meant && { hint: `did you mean ${meant}?` }),
  };
}

/** A right name in another section: `multiAz` is `database.multiAz`. */
function elsewhere(name: string): string | undefined {
  const all = (keys: Described[]): Described[] => keys.flatMap((key) => [key, ...all(key.keys)]);
  return all(describeManifest()).find(({ path }) => lastOf(path) === name)?.path;
}
