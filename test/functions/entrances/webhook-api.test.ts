import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parse } from 'yaml';
import { buildFunctions } from '../../../build/functions.ts';
import { webhookSecretId } from '../../../shared/git/secrets.ts';
import { connectionId, keepConnection } from '../../../shared/ledger/connections.ts';
import { findPush } from '../../../shared/ledger/pushes.ts';
import { until } from '../../local/emulator/running.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { fromGithub, pushed } from '../../support/webhooks.ts';

const SECRET = 'a secret of acme';
const root = join(__dirname, '../../..');
const connection = connectionId('github.com/acme/shop');

let stage: Stage;
let url: string;
beforeAll(async () => {
  stage = await setStage();
  const name = process.env.TABLE ?? '';
  process.env.INSTALLATION = name;
  const known = { pilots: [], createdAt: '2026-11-20T00:00:00.000Z', by: 'ada@laptop', api: 'https://api.github.com' };
  await keepConnection({ id: connection, provider: 'github', repository: 'github.com/acme/shop', ...known });
  const secret = { Name: webhookSecretId(connection), SecretString: SECRET };
  await new SecretsManagerClient({}).send(new CreateSecretCommand(secret));
  await new EventBridgeClient({ endpoint: emulatorUrl() }).send(new CreateEventBusCommand({ Name: name }));
  url = await deploy(name);
}, 60_000);
afterAll(() => stage.close());

/** stack/webhook.yml, with the function that it leads to, as it is packaged. */
async function deploy(name: string): Promise<string> {
  await buildFunctions({ root, names: ['entrances-webhook'] });
  const Body = readFileSync(join(root, 'dist/functions/entrances-webhook.zip'));
  await stage.s3.send(new PutObjectCommand({ Bucket: stage.manifests, Key: 'webhook.zip', Body }));
  const written = readFileSync(join(root, 'stack/webhook.yml'), 'utf8');
  const resources = parse(
    written.replaceAll(/\$\{self:custom\.(\w+)\}/g, (_, what) => (what === 'name' ? name : '30')),
  );
  const Variables = {
    ...{ TABLE: name, BUS: name, INSTALLATION: name, AWS_ENDPOINT_URL: emulatorUrl() },
  };
  const template = {
    Resources: {
      ...resources,
      Alarms: { Type: 'AWS::SNS::Topic' },
      EntrancesWebhookLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: `${name}-entrances-webhook`,
          Code: { S3Bucket: stage.manifests, S3Key: 'webhook.zip' },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Role: 'arn:aws:iam::000000000000:role/webhook',
          Environment: { Variables },
          Timeout: 15,
        },
      },
    },
    Outputs: { Url: { Value: { 'Fn::GetAtt': ['WebhookApi', 'ApiEndpoint'] } } },
  };
  const client = new CloudFormationClient({});
  await client.send(new CreateStackCommand({ StackName: name, TemplateBody: JSON.stringify(template) }));
  const [{ OutputValue = '' } = {}] = await until(async () => {
    const { Stacks: [made] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    if (made?.StackStatus?.includes('ROLLBACK')) throw new Error(made.StackStatusReason);
    return made?.StackStatus === 'CREATE_COMPLETE' && (made.Outputs ?? []);
  });
  return OutputValue;
}

async function post(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
  path = `/github/${connection}`,
) {
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  return { status: answer.status, ...((await answer.json()) as { push?: string; outcome?: string; code?: string }) };
}

describe('webhook: by the HTTP API of the stack', () => {
  it('a push is taken once, what is forged never, and what is too large is told so', async () => {
    const body = JSON.stringify(pushed('c'.repeat(40), { words: 'Ådå 鞋' }));
    const first = await post(body, fromGithub('push', body, SECRET));
    expect(first).toMatchObject({ status: 202, outcome: 'accepted' });
    expect(await findPush(first.push ?? '')).toMatchObject({ commit: 'c'.repeat(40), state: 'pending' });
    expect(await post(body, fromGithub('push', body, SECRET))).toMatchObject({ status: 200, push: first.push });
    expect(await post(body, fromGithub('push', body, 'another'))).toMatchObject({ status: 401 });
    const form = { ...fromGithub('push', body, SECRET), 'content-type': 'application/x-www-form-urlencoded' };
    expect(await post(body, form)).toMatchObject({ status: 415 });
    const large = Buffer.alloc(2_000_000, ' ');
    expect(await post(large, fromGithub('push', large, SECRET))).toMatchObject({ status: 413 });
    expect((await fetch(`${url}/github/${connection}`)).status).toBe(405);
    expect((await fetch(`${url}/github`)).status).toBe(404);
  });
});
