import { Command } from 'commander';
import { MANIFEST_CODES, UPLOAD_CODES } from '../../shared/manifest/codes.ts';
import { deployedFor } from '../../shared/manifest/deployed-for.ts';
import { type Described, describeManifest } from '../../shared/manifest/describe.ts';
import type { Cli } from '../cli.ts';
import { find } from '../explain/find.ts';
import { exampleOf, keyTable, keyText } from '../explain/text.ts';
import { type Io, painter } from '../io.ts';
import { type Result, refused } from '../result.ts';

export const explainCommand = (cli: Cli): Command =>
  new Command('explain')
    .description('Tell of a key of the manifest: what it is for, what it may be, its default; or of a problem’s code.')
    .argument('[key]', 'such as rollout, database.multiAz or MANIFEST_MISFIT (default: all there is)')
    .addHelpText(
      'after',
      `
Examples:
  pilot explain
  pilot explain database
  pilot explain database.multiAz
  pilot explain MANIFEST_MISFIT

Exit codes: 0 told · 2 no such key, or usage`,
    )
    .action((path: string | undefined, _, command: Command) => cli.run(command, async () => explain(path, cli.io)));

function explain(path: string | undefined, io: Io): Result {
  const paint = painter(io.out, io.env);
  if (!path) {
    const keys = describeManifest();
    return { exit: 0, json: { keys: keys.map(shallow) }, text: keyTable(keys, paint) };
  }
  const meaning = meaningOf(path);
  if (meaning) {
    const code = path.toUpperCase();
    return { exit: 0, json: { code, meaning }, text: `${paint('bold', code)}  ${meaning}` };
  }
  const key = find(path);
  if ('code' in key) return refused(2, key);
  return { exit: 0, json: { key: { ...shallow(key), keys: key.keys.map(shallow) } }, text: keyText(key, paint) };
}

/** What a code means that a manifest or an upload was refused with. */
const meaningOf = (code: string): string | undefined =>
  Object.entries({ ...MANIFEST_CODES, ...UPLOAD_CODES }).find(([known]) => known === code.toUpperCase())?.[1];

/** Without what is inside: a program asks for that by its own path. */
function shallow({ keys, ...key }: Described) {
  const example = exampleOf(key.path);
  return {
    ...key,
    deployedFor: deployedFor(key),
    ...(example !== undefined && { example }),
    ...(keys.length > 0 && { section: true }),
  };
}
