import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { clientConfig } from './config.ts';
import { isDenied, type Presence } from './presence.ts';

const secrets = new SecretsManagerClient(clientConfig);

/** A secret's current text, or undefined when there is none of that id. */
export async function readManagedSecret(id: string): Promise<string | undefined> {
  try {
    const answer = await secrets.send(new GetSecretValueCommand({ SecretId: id }));
    return answer.SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/**
 * Whether a secret is there, without reading it.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
export async function findSecret(id: string): Promise<Presence> {
  try {
    const { DeletedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: id }));
    return DeletedDate ? 'deleted' : 'there';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return 'missing';
    if (isDenied(error)) return 'denied';
    throw error;
  }
}
