import type { ResolvedFor } from '../../manifest/complete.ts';

/**
 * The pilot's environment variables: configuration as text; where secrets lie, never what they are; and
 * the port, unless the configuration says another thing by that name.
 */
export function variablesOf({ config, secrets = {}, ec2 }: ResolvedFor<'ec2'>): {
  variables: Record<string, string>;
  secrets: Record<string, string>;
} {
  const values = Object.entries(config?.values ?? {}).map(([name, value]) => [name, textOf(value)] as const);
  return { variables: { PORT: String(ec2.port), ...Object.fromEntries(values) }, secrets };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
