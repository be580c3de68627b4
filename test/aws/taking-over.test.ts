import { randomUUID } from 'node:crypto';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { readChanges } from '../../shared/aws/change-sets.ts';
import { makeChangeSet, readChangeSet } from '../../shared/aws/stack-updates.ts';
import { changesFrom } from '../../shared/planning/stack-changes.ts';
import { emulatorUrl } from '../support/emulator.ts';

const NAME = `taking-over-${randomUUID().slice(0, 8)}`;
const topic = { Topic: { Type: 'AWS::SNS::Topic' } };
const logs = (DeletionPolicy?: string) => ({
  Logs: { Type: 'AWS::Logs::LogGroup', DeletionPolicy, Properties: { LogGroupName: `/pilots/${NAME}` } },
});
const textOf = (Resources: object) => JSON.stringify({ Resources });

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
  });
  await new CloudWatchLogsClient().send(new CreateLogGroupCommand({ logGroupName: `/pilots/${NAME}` }));
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  await new IAMClient().send(new CreateRoleCommand({ RoleName: NAME, AssumeRolePolicyDocument }));
});

describe('what an earlier stack has left', () => {
  const wanted = (template: string) => ({
    ...{
      stack: NAME,
      name: `${NAME}-${randomUUID().slice(0, 4)}`,
      description: '',
      template,
      parameters: {},
      tags: {},
    },
    role: `arn:aws:iam::000000000000:role/${NAME}`,
  });

  it('is taken over where it is to outlive this one as well', async () => {
    const asked = wanted(textOf({ ...topic, ...logs('Retain') }));
    await makeChangeSet('CREATE', asked);
    const found = await readChangeSet(asked);
    expect(found.state === 'ready' && changesFrom(found.changes)).toEqual(
      expect.arrayContaining([
        { action: 'import', type: 'AWS::Logs::LogGroup', logicalId: 'Logs', name: `/pilots/${NAME}`, settings: [] },
        expect.objectContaining({ action: 'create', logicalId: 'Topic' }),
      ]),
    );
  });

  it('and would go with this one stands in the way, and is named', async () => {
    const asked = wanted(textOf({ ...topic, ...logs() }));
    await makeChangeSet('CREATE', asked);
    expect(await readChangeSet(asked)).toEqual({ state: 'failed', reason: expect.stringContaining(`/pilots/${NAME}`) });
  });

  it('is shown before', async () => {
    const stack = `${NAME}-there`;
    await new CloudFormationClient().send(new CreateStackCommand({ StackName: stack, TemplateBody: textOf(topic) }));
    const template = textOf({ ...topic, ...logs('Retain') });
    const reading = await readChanges({ stack, template, parameters: {}, request: 'one' }, 5_000);
    expect(reading.state === 'read' && changesFrom(reading.changes)).toMatchObject([{ action: 'import' }]);
  });
});
