import type { ResolvedFor } from '../../manifest/complete.ts';
import { FILE_VARIABLE } from '../../manifest/config-misfits.ts';
import { databaseSecrets, type KeptDatabase, keptDatabase } from '../database.ts';
import { settingsPlace } from './settings-script.ts';

/**
 * The pilot's environment variables: configuration as text, or where the file is that it goes into; where secrets lie, never what they are; and
 * the port, unless the configuration says another thing by that name.
 */
export function variablesOf(manifest: ResolvedFor<'ec2'>): {
  variables: Record<string, string>;
  secrets: Record<string, string>;
  database?: KeptDatabase;
} {
  const { config, secrets, ec2 } = manifest;
  const { file, values = {} } = config ?? {};
  const given = file === undefined ? textsOf(values) : { [FILE_VARIABLE]: settingsPlace(ec2.mount, file) };
  return {
    variables: { PORT: String(ec2.port), ...given },
    secrets: { ...secrets, ...databaseSecrets(manifest) },
    ...keptDatabase(manifest),
  };
}

const textsOf = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
