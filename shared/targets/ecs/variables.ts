import type { ResolvedFor } from '../../manifest/complete.ts';
import { fullName, readReference } from '../../manifest/reference.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import type { Stack } from './stack.ts';

/**
 * The container's environment variables: configuration as text, unless it goes
 * into a file on the volume; and where secrets lie, never what they are.
 */
export function variablesOf({ config, secrets = {} }: ResolvedFor<'ecs'>): {
  variables: Record<string, string>;
  secrets: Record<string, string>;
} {
  const values = config?.file === undefined ? Object.entries(config?.values ?? {}) : [];
  return {
    variables: Object.fromEntries(values.map(([name, value]) => [name, textOf(value)])),
    secrets,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * Secrets as a task definition names them; ECS reads them as a task starts.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export function secretsIn(plan: Plan, { partition, region, account }: Stack): { name: string; valueFrom: string }[] {
  const { pilot, environment } = plan;
  const arn = (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`;
  return Object.entries(detailOf(plan).secrets).flatMap(([name, written]) => {
    const reference = readReference(written);
    if (!reference || reference.from === 'stack-output') return [];
    const full = fullName(reference, pilot, environment);
    if (reference.from === 'ssm') return [{ name, valueFrom: arn('ssm', `parameter${full}`) }];
    const field = reference.field ? `:${reference.field}::` : '';
    return [{ name, valueFrom: `${arn('secretsmanager', `secret:${full}`)}${field}` }];
  });
}
