import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { clientConfig } from './config.ts';

const parameters = new SSMClient(clientConfig);
const secrets = new SecretsManagerClient(clientConfig);

/**
 * Reads a secret by its reference: `ssm:<parameter's name>` for Parameter Store
 * (SecureString), `secret:<id or ARN>` for Secrets Manager. What is read is for
 * the caller's use alone and belongs in no log, message or error.
 * @returns undefined when there is no such parameter or secret.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function readSecret(reference: string): Promise<string | undefined> {
  const [, kind, name = ''] = /^(ssm|secret):(.+)$/.exec(reference) ?? [];
  if (kind === 'ssm') return readParameter(name);
  if (kind === 'secret') return readManagedSecret(name);
  throw new Error('a reference to a secret begins with ssm: or secret:');
}

async function readParameter(name: string): Promise<string | undefined> {
  try {
    const answer = await parameters.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return answer.Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}

async function readManagedSecret(id: string): Promise<string | undefined> {
  try {
    const answer = await secrets.send(new GetSecretValueCommand({ SecretId: id }));
    return answer.SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
