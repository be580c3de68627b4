import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { clientConfig } from './config.ts';

const parameters = new SSMClient(clientConfig);

/** A parameter's value, decrypted, or undefined when there is none of that name. */
export async function readParameter(name: string): Promise<string | undefined> {
  try {
    const answer = await parameters.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return answer.Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}
