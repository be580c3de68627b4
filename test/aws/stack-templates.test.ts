import { randomUUID } from 'node:crypto';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { readChanges } from '../../shared/aws/change-sets.ts';
import { handedOver } from '../../shared/aws/stack-templates.ts';
import { makeChangeSet, readChangeSet } from '../../shared/aws/stack-updates.ts';
import { emulatorUrl } from '../support/emulator.ts';

const bucket = `templates-${randomUUID()}`;
let s3: S3Client;
beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
    MANIFESTS_BUCKET: bucket,
  });
  s3 = new S3Client({});
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
});

/** A template of so many bytes, some of which take two. */
function templateOf(bytes: number): string {
  const text = (Description: string) =>
    JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Metadata: { Description } } } });
  const rest = bytes - Buffer.byteLength(text('é'));
  return text(`é${'a'.repeat(rest)}`);
}
const stored = async () => (await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? [];

describe('a template', () => {
  it('of 51,200 bytes is handed over as it is', async () => {
    const template = templateOf(51_200);
    expect(await handedOver(template)).toEqual({ TemplateBody: template });
    expect(await stored()).toEqual([]);
  });

  it('that is larger is handed over by an address, and kept once', async () => {
    const template = templateOf(51_201);
    const given = await handedOver(template);
    expect(await handedOver(template)).toEqual(given);
    const [object, ...others] = await stored();
    expect(others).toEqual([]);
    expect(given).toEqual({ TemplateURL: `https://${bucket}.s3.us-east-1.amazonaws.com/${object?.Key}` });
    expect(object?.Key).toMatch(/^templates\/[0-9a-f]{64}\.json$/);
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: object?.Key }));
    expect(await Body?.transformToString()).toBe(template);
  });

  it('that is larger can be made a stack of, and previewed', async () => {
    const stack = `large-${randomUUID().slice(0, 8)}`;
    const role = 'arn:aws:iam::000000000000:role/large';
    const wanted = { stack, name: 'large', description: '', template: templateOf(60_000), parameters: {}, tags: {} };
    const { CreateRoleCommand, IAMClient } = await import('@aws-sdk/client-iam');
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
    await new IAMClient().send(new CreateRoleCommand({ RoleName: 'large', AssumeRolePolicyDocument })).catch(() => 0);
    expect(await makeChangeSet('CREATE', { ...wanted, role })).toEqual({ state: 'accepted' });
    expect(await readChangeSet({ ...wanted, role })).toMatchObject({ state: 'ready' });

    const there = `${stack}-there`;
    const TemplateBody = JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
    await new CloudFormationClient().send(new CreateStackCommand({ StackName: there, TemplateBody }));
    const proposal = { stack: there, template: wanted.template, parameters: {}, request: 'one' };
    const reading = await readChanges(proposal, 5_000);
    expect(reading).toMatchObject({ state: 'read' });
    expect('changes' in reading && reading.changes.map(({ ResourceChange: of }) => of?.Action).sort()).toEqual([
      'Add',
      'Remove',
    ]);
  });
});
