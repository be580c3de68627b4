import { secretArn } from '../../aws/secret-arns.ts';
import type { Problem } from '../../errors.ts';
import type { ResolvedFor } from '../../manifest/complete.ts';
import { fullName, readReference } from '../../manifest/reference.ts';
import { databaseSecrets, madeSecret, PASSWORD_FIELD } from '../database.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import type { Stack } from './stack.ts';

/** The configuration, as environment variables: text as it is, all else as JSON. */
export const variablesOf = ({ config }: ResolvedFor<'beanstalk'>): Record<string, string> =>
  Object.fromEntries(Object.entries(config?.values ?? {}).map(([name, value]) => [name, textOf(value)]));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Where the secrets lie: the ARN of a secret, with a key of it perhaps; the name of a parameter, which begins with `/`. */
export async function secretsOf(
  manifest: ResolvedFor<'beanstalk'>,
  pilot: string,
  environment: string,
): Promise<{ secrets: Record<string, string>; problems: Problem[] }> {
  const found: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const [name, written] of Object.entries({ ...manifest.secrets, ...databaseSecrets(manifest) })) {
    const reference = readReference(written);
    if (!reference || reference.from === 'stack-output') continue;
    const full = fullName(reference, pilot, environment);
    const place = reference.from === 'ssm' ? full : await secretArn(full);
    if (!place) problems.push(missing(name, full));
    else found[name] = reference.from === 'secret' && reference.field ? `${place}:${reference.field}` : place;
  }
  return { secrets: found, problems };
}

const missing = (name: string, full: string): Problem => ({
  code: 'SECRET_MISSING',
  message: `there is no secret ${full}, which ${name} is to be read from`,
  expected: 'a secret of that name, made before the manifest is uploaded',
});

/**
 * Where the secrets lie, as Elastic Beanstalk names it; instances read them as they start.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.env-vars.html
 */
export function secretArns(plan: Plan, { operationsRole }: Stack): Record<string, string> {
  const { secrets, platform, database } = detailOf(plan);
  const made = madeSecret(plan, database);
  const [, partition, , region] = platform.split(':');
  const account = operationsRole.split(':')[4];
  const beginning = `arn:${partition}:ssm:${region}:${account}:parameter`;
  const places = Object.entries(secrets).map(([name, place]) => [
    name,
    place.startsWith('/') ? beginning + place : place,
  ]);
  return { ...Object.fromEntries(places), ...(made && { DATABASE_PASSWORD: `${made}:${PASSWORD_FIELD}` }) };
}
