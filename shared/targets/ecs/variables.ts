import { settingsPath } from '../../configuration/render.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { FILE_VARIABLE } from '../../manifest/config-misfits.ts';
import { fullName, readReference } from '../../manifest/reference.ts';
import { databaseSecrets, type KeptDatabase, keptDatabase, madeSecret, PASSWORD_FIELD } from '../database.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import type { Stack } from './stack.ts';

/**
 * The container's environment variables: configuration as text, or where the file on the volume
 * is that it goes into; and where secrets lie, never what they are.
 */
export function variablesOf(manifest: ResolvedFor<'ecs'>): {
  variables: Record<string, string>;
  secrets: Record<string, string>;
  database?: KeptDatabase;
} {
  const { config, secrets = {} } = manifest;
  return {
    variables:
      config?.file === undefined ? textsOf(config?.values) : { [FILE_VARIABLE]: filePath(manifest, config.file) },
    secrets: { ...secrets, ...databaseSecrets(manifest) },
    ...keptDatabase(manifest),
  };
}

const filePath = ({ ecs }: ResolvedFor<'ecs'>, name: string): string => settingsPath(ecs.mount ?? '', name);

const textsOf = (values: Record<string, unknown> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)]));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * Secrets as a task definition names them; ECS reads them as a task starts.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export function secretsIn(plan: Plan, { partition, region, account }: Stack): { name: string; valueFrom: string }[] {
  const { pilot, environment } = plan;
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const { secrets, database } = detailOf(plan);
  const made = madeSecret(plan, database);
  const named = Object.entries(secrets).flatMap(([name, written]) => {
    const reference = readReference(written);
    if (!reference || reference.from === 'stack-output') return [];
    const full = fullName(reference, pilot, environment);
    if (reference.from === 'ssm') return [{ name, valueFrom: arn('ssm', `parameter${full}`) }];
    const field = reference.field ? `:${reference.field}::` : '';
    return [{ name, valueFrom: `${arn('secretsmanager', `secret:${full}`)}${field}` }];
  });
  return [...named, ...(made ? [{ name: 'DATABASE_PASSWORD', valueFrom: `${made}:${PASSWORD_FIELD}::` }] : [])];
}
