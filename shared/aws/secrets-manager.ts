import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { clientConfig } from './config.ts';

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
