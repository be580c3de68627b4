import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parse } from 'yaml';
import { buildFunctions } from '../../build/functions.ts';

const FUNCTION = 'entrances-webhook';
const PATIENCE_MS = 30_000;

/**
 * Makes stack/webhook.yml, with the function that it leads to, as it is packaged.
 * @param env what the stack gives to the function; TABLE is the installation's name.
 * @returns where webhooks are sent.
 */
export async function deployWebhook(root: string, env: Record<string, string>): Promise<string> {
  const { TABLE: name = '', MANIFESTS_BUCKET: bucket = '' } = env;
  await buildFunctions({ root, names: [FUNCTION] });
  const Body = await readFile(join(root, 'dist/functions', `${FUNCTION}.zip`));
  await new S3Client({}).send(new PutObjectCommand({ Bucket: bucket, Key: 'webhook.zip', Body }));
  const written = await readFile(join(root, 'stack/webhook.yml'), 'utf8');
  const settings: Record<string, string> = { name, logRetention: '30' };
  const resources = parse(written.replaceAll(/\$\{self:custom\.(\w+)\}/g, (_, what: string) => settings[what] ?? ''));
  const template = {
    Resources: {
      ...resources,
      Alarms: { Type: 'AWS::SNS::Topic' },
      EntrancesWebhookLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: `${name}-${FUNCTION}`,
          Code: { S3Bucket: bucket, S3Key: 'webhook.zip' },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Role: 'arn:aws:iam::000000000000:role/webhook',
          Environment: { Variables: { ...env, LOG_LEVEL: 'silent' } },
          Timeout: 15,
        },
      },
    },
    Outputs: { Url: { Value: { 'Fn::GetAtt': ['WebhookApi', 'ApiEndpoint'] } } },
  };
  const client = new CloudFormationClient({});
  await client.send(new CreateStackCommand({ StackName: name, TemplateBody: JSON.stringify(template) }));
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const { Stacks: [made] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (made?.StackStatus?.includes('ROLLBACK')) throw new Error(made.StackStatusReason);
    if (made?.StackStatus === 'CREATE_COMPLETE') return made.Outputs?.[0]?.OutputValue ?? '';
    await after(200);
  }
  throw new Error(`the stack ${name} was not made in time`);
}
