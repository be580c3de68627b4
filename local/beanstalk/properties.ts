import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';

const PLAIN = 'aws:elasticbeanstalk:application:environment:';
const SECRETS = 'aws:elasticbeanstalk:application:environmentsecrets:';
/** Colons of a secret's ARN; what comes after one more is a key of what it holds. */
const OF_SECRET = 7;

type Where = { emulatorUrl: string; region: string };

/**
 * The environment variables of an instance: those that are told, and those that lie elsewhere, which it reads as it starts.
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.secrets.env-vars.html
 * @returns why they cannot be read, in words, otherwise.
 */
export async function propertiesOf(
  settings: Record<string, string>,
  where: Where,
): Promise<Record<string, string> | string> {
  try {
    const secrets = await Promise.all(
      named(settings, SECRETS).map(async ([name, place]) => [name, await read(place, where)] as const),
    );
    return Object.fromEntries([...named(settings, PLAIN), ...secrets]);
  } catch (error) {
    return `the environment's secrets cannot be read: ${(error as Error).message}`;
  }
}

const named = (settings: Record<string, string>, beginning: string): [name: string, value: string][] =>
  Object.entries(settings).flatMap(([path, value]) =>
    path.startsWith(beginning) ? [[path.slice(beginning.length), value]] : [],
  );

async function read(place: string, { emulatorUrl: endpoint, region }: Where): Promise<string> {
  const clients = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const parts = place.split(':');
  if (parts[2] === 'ssm') {
    const Name = place.replace(/^.*:parameter/, '');
    const { Parameter } = await new SSMClient(clients).send(new GetParameterCommand({ Name, WithDecryption: true }));
    return Parameter?.Value ?? '';
  }
  const SecretId = parts.slice(0, OF_SECRET).join(':');
  const { SecretString = '' } = await new SecretsManagerClient(clients).send(new GetSecretValueCommand({ SecretId }));
  const [key] = parts.slice(OF_SECRET);
  return key ? String((JSON.parse(SecretString) as Record<string, unknown>)[key] ?? '') : SecretString;
}
