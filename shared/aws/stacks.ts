import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { clientConfig } from './config.ts';
import { isDenied, type Presence } from './presence.ts';

const client = new CloudFormationClient(clientConfig);

/**
 * The names of a stack's outputs; their values are left where they are.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export async function outputsOf(stack: string): Promise<string[] | Exclude<Presence, 'there' | 'deleted'>> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return (Stacks?.[0]?.Outputs ?? []).flatMap(({ OutputKey }) => OutputKey ?? []);
  } catch (error) {
    if (isAbsent(error)) return 'missing';
    if (isDenied(error)) return 'denied';
    throw error;
  }
}

/** The service has no error of its own for a stack that is not there. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
