import { quotedValue, VARIABLE_EXPECTED, VARIABLE_NAME } from '../configuration/env-text.ts';
import { isEnvFile, MOST_BYTES, settingsFile } from '../configuration/render.ts';
import { abilitiesOf } from './abilities.ts';
import { isSection } from './complete.ts';
import { type Misfit, misfit, type Reader } from './misfit.ts';
import type { TargetName } from './sections/index.ts';

/** Where a release with a file of settings finds it, for itself to read. */
export const FILE_VARIABLE = 'CONFIG_FILE';

/** Settings that do not fit into what they are to go into: variables, or a file. */
export function configMisfits(of: Reader, target: TargetName | undefined): Misfit[] {
  const file = of.get('config', 'file');
  const { settings } = abilitiesOf(target);
  if (settings === 'none' || (file !== undefined && typeof file !== 'string')) return [];
  if (file !== undefined && settings === 'variables') return [noFile(target)];
  const given = of.get('config', 'values');
  const values = isSection(given) ? given : {};
  const unfit = file === undefined || isEnvFile(file) ? variableMisfits(values, file) : [];
  if (file === undefined) return unfit;
  return [...unfit, ...(unfit.length > 0 ? [] : sizeMisfits(file, values)), ...takenName(of)];
}

const noFile = (target: TargetName | undefined): Misfit =>
  misfit(['config', 'file'], `target ${target} gets its configuration as environment variables`, 'config.values alone');

function variableMisfits(values: Record<string, unknown>, file: string | undefined): Misfit[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const path = ['config', 'values', name];
    // What no entry at all may be called, the schema says.
    if (!ENTRY_NAME.test(name)) return [];
    if (!VARIABLE_NAME.test(name)) return [misfit(path, ...unfitName(name, file))];
    if (file === undefined || quotedValue(value) !== undefined) return [];
    return [
      misfit(
        path,
        `config.values.${name} cannot be written into ${file} so that all who read such files read the same`,
        'text without single quotes, or without ", \\, $ and `',
        OTHER_FILE,
      ),
    ];
  });
}

const ENTRY_NAME = /^[A-Za-z_][\w.-]*$/;
const OTHER_FILE = 'a file such as settings.json takes any name and any text';

const unfitName = (name: string, file: string | undefined): [message: string, expected: string, hint: string] => [
  `config.values.${name} cannot be the name of a variable${file ? `, as ${file} needs it` : ''}`,
  VARIABLE_EXPECTED,
  OTHER_FILE,
];

function sizeMisfits(file: string, values: Record<string, unknown>): Misfit[] {
  const bytes = new TextEncoder().encode(settingsFile({ file, values })?.text).length;
  if (bytes <= MOST_BYTES) return [];
  const large = misfit(['config', 'values'], `${file} would have ${bytes} bytes`, `at most ${MOST_BYTES}`);
  return [{ ...large, code: 'CONFIG_TOO_LARGE' }];
}

/** What Pilotage itself sets. */
function takenName(of: Reader): Misfit[] {
  if (!of.has('secrets', FILE_VARIABLE)) return [];
  return [misfit(['secrets', FILE_VARIABLE], `${FILE_VARIABLE} tells where the file of settings lies`, 'another name')];
}
