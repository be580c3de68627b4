import { DescribeParametersCommand, GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
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

/** Most names that one filter takes. */
const NAMES = 50;

/**
 * Which of these parameters are there, without reading one. The call knows no
 * single resources (its role sees the names of all), but it answers for fifty
 * names at once; ListTagsForResource, the other one that shows no value, does for one.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
 */
export async function findParameters(names: string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (let at = 0; at < names.length; at += NAMES) {
    const Values = names.slice(at, at + NAMES);
    let next: string | undefined;
    // A page may be empty and not the last one.
    do {
      const page = await parameters.send(
        new DescribeParametersCommand({
          ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }],
          MaxResults: NAMES,
          ...(next && { NextToken: next }),
        }),
      );
      for (const { Name } of page.Parameters ?? []) if (Name) found.add(Name);
      next = page.NextToken;
    } while (next);
  }
  return found;
}
