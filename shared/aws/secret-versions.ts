import {
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { clientConfig } from './config.ts';

const secrets = new SecretsManagerClient(clientConfig);

export interface SecretVersion {
  text: string;
  /** When (ISO) this version was made. */
  madeAt: string;
}

/**
 * The text of a secret, as it is or as it was before it was changed last.
 * @returns undefined where there is none, also where the secret is about to be deleted or holds no text.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function readSecretVersion(
  id: string,
  stage: 'AWSCURRENT' | 'AWSPREVIOUS',
): Promise<SecretVersion | undefined> {
  try {
    const answer = await secrets.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }));
    const { SecretString: text, CreatedDate: made } = answer;
    return text === undefined || made === undefined ? undefined : { text, madeAt: made.toISOString() };
  } catch (error) {
    // The latter is what it says of a secret that is marked for deletion.
    if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return undefined;
    throw error;
  }
}
