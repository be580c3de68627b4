import { BatchGetBuildsCommand, CodeBuildClient } from '@aws-sdk/client-codebuild';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { hear } from '../builds/heard.ts';
import { clientOf, runningEmulator, until } from '../emulator/running.ts';

const ID = 'acme-builds:00000000-0000-0000-0000-000000000000';

/** With and without the patches: when the first half of a test fails, a newer release needs that one no longer. */
describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: ['build_resource', 'service_events'] },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  beforeAll(async () => {
    running = await runningEmulator({ patches });
  }, 60_000);
  afterAll(() => running.end());

  it('build_resource: who may look at a project’s builds sees them, and no others', async () => {
    const client = clientOf(running.emulator);
    const iam = new IAMClient(client);
    const UserName = 'reader';
    await iam.send(new CreateUserCommand({ UserName }));
    const Resource = 'arn:aws:codebuild:us-east-1:000000000000:project/acme-builds';
    const Statement = [{ Effect: 'Allow', Action: 'codebuild:BatchGetBuilds', Resource }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'reads', PolicyDocument }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
    const codebuild = new CodeBuildClient({ ...client, credentials, maxAttempts: 1 });
    const look = (ids: string[]) =>
      codebuild.send(new BatchGetBuildsCommand({ ids })).then(
        () => 'seen',
        (error: Error) => error.name,
      );
    const arn = `arn:aws:codebuild:us-east-1:000000000000:build/${ID}`;
    expect([await look([ID]), await look([arn])]).toEqual(
      patched ? ['seen', 'seen'] : [expect.stringContaining('AccessDenied'), expect.stringContaining('AccessDenied')],
    );
    expect(await look(['others:1'])).toContain('AccessDenied');
    expect(await look([ID, 'others:1'])).toContain('AccessDenied');
  });

  it('service_events: a service of AWS is heard on the default bus, and nobody in its name', async () => {
    const client = clientOf(running.emulator);
    const heard = await hear(client, 'aws.codebuild');
    const entry = { Source: 'aws.codebuild', DetailType: 'Anything', Detail: '{}' };
    const { FailedEntryCount } = await new EventBridgeClient(client).send(new PutEventsCommand({ Entries: [entry] }));
    expect(FailedEntryCount).toBe(1);
    const told = { source: 'aws.codebuild', type: 'Something', detail: { a: 1 }, resources: ['arn:aws:any'] };
    const { status } = await fetch(`${running.emulator.url}/_pilotage/events`, {
      ...{ method: 'POST', body: JSON.stringify(told) },
    });
    expect(status === 204).toBe(patched);
    if (patched) {
      const [event] = await until(async () => heard.events.length > 0 && heard.events);
      expect(event).toMatchObject({
        source: 'aws.codebuild',
        'detail-type': 'Something',
        detail: { a: 1 },
        resources: ['arn:aws:any'],
      });
    }
    heard.close();
  });
});
