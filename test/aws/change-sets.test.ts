import {
  CloudFormationClient,
  CreateStackCommand,
  ListChangeSetsCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { readChanges } from '../../shared/aws/change-sets.ts';
import { changesFrom } from '../../shared/planning/stack-changes.ts';
import { emulatorUrl } from '../support/emulator.ts';

const STACK = 'change-sets-test';
const bucket = (name: string) => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName: name } });
const template = (resources: object) => JSON.stringify({ Resources: resources });
const now = template({ Files: bucket('change-sets-test-one') });

let client: CloudFormationClient;
beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
  });
  client = new CloudFormationClient();
  await client.send(new CreateStackCommand({ StackName: STACK, TemplateBody: now }));
  await waitUntilStackCreateComplete({ client, maxWaitTime: 20, minDelay: 1 }, { StackName: STACK });
});

const read = (body: string, stack = STACK) =>
  readChanges({ stack, template: body, parameters: {}, request: 'r' }, 20_000);
const left = async () => (await client.send(new ListChangeSetsCommand({ StackName: STACK }))).Summaries ?? [];

describe('what an update of a stack would change', () => {
  it('is told, and nothing is left behind', async () => {
    const reading = await read(template({ Files: bucket('change-sets-test-two'), Topic: { Type: 'AWS::SNS::Topic' } }));
    expect(reading.state === 'read' && changesFrom(reading.changes)).toEqual([
      {
        // The emulator does not know which properties replace a bucket.
        action: 'maybe-replace',
        type: 'AWS::S3::Bucket',
        logicalId: 'Files',
        name: 'change-sets-test-one',
        settings: ['BucketName'],
        data: 'lost',
      },
      { action: 'create', type: 'AWS::SNS::Topic', logicalId: 'Topic', settings: [] },
    ]);
    expect(await left()).toEqual([]);
  });

  it('is nothing where nothing would', async () => {
    expect(await read(now)).toEqual({ state: 'read', changes: [] });
    expect(await left()).toEqual([]);
  });

  it('of a stack that is not there is not made up, and makes no stack', async () => {
    expect(await read(now, 'no-such-stack')).toEqual({ state: 'absent' });
    expect(await read(now, 'no-such-stack')).toEqual({ state: 'absent' });
  });
});
