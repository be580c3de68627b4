import { type Connection, clientConfig } from './connection.ts';
import type { Io } from './io.ts';
import { runningLocalStack } from './local-stack.ts';
import { DEFAULT_STAGE, type Options } from './options.ts';
import { type Refused, refused } from './result.ts';
import { troubleOf, withoutLocalStack } from './trouble.ts';

/** An installed Pilotage. */
export interface Stack {
  stage: string;
  connection: Connection;
  manifestsBucket: string;
  apiFunction: string;
  /** Tells how a deployment stands; the api itself where an older Pilotage is installed. */
  followFunction: string;
  /** Where git providers tell of pushes; absent where an older Pilotage is installed. */
  webhookUrl?: string;
}

/** The local stack if one runs and nothing else was asked for, otherwise the one in AWS. */
export async function findStack({ stage = DEFAULT_STAGE, region, aws }: Options, io: Io): Promise<Stack | Refused> {
  const local = aws ? undefined : await runningLocalStack(io);
  if (local && local.stage === stage && (!region || local.region === region)) {
    io.err.write(`using the local stack at ${local.url} (--aws asks AWS instead)\n`);
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    return complete(stage, local.outputs, { region: local.region, endpoint: local.url, credentials });
  }
  const found = inAws(stage, region ? { region } : {});
  return aws || local ? found : found.catch((error) => withoutLocalStack(troubleOf(error)));
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
async function inAws(stage: string, connection: Connection): Promise<Stack | Refused> {
  const name = `pilotage-${stage}`;
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(clientConfig(connection));
  const region = await client.config.region();
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const outputs = (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
      OutputKey,
      OutputValue,
    ]);
    return complete(stage, Object.fromEntries(outputs), connection, Stacks?.[0]?.StackStatus);
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist'))
      return refused(3, absent(name, region));
    throw error;
  }
}

function complete(
  stage: string,
  {
    ManifestsBucket: manifestsBucket,
    ApiFunction: apiFunction,
    FollowFunction: followFunction,
    WebhookUrl: webhookUrl,
  }: Record<string, string>,
  connection: Connection,
  status = 'unknown',
): Stack | Refused {
  if (manifestsBucket && apiFunction)
    return {
      ...{ stage, connection, manifestsBucket, apiFunction, followFunction: followFunction ?? apiFunction },
      ...(webhookUrl && { webhookUrl }),
    };
  return refused(3, {
    code: 'STACK_INCOMPLETE',
    message: `the stack pilotage-${stage} has no outputs ManifestsBucket and ApiFunction; its status is ${status}`,
    hint: 'wait until it is installed, or install it again with this version of Pilotage',
  });
}

const absent = (name: string, region: string) => ({
  code: 'STACK_ABSENT',
  message: `there is no stack ${name} in ${region} of this AWS account`,
  hint: 'another one: --stage, --region, AWS_PROFILE; to install it: npm run package && npx osls deploy; to try it without AWS: npm start',
});
