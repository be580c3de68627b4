import { CreateRepositoryCommand, ECRClient, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { clientOf, runningEmulator } from '../emulator/running.ts';

/** With and without the patch: when the first half of a test fails, a newer release needs it no longer. */
describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: ['repository_resource_tags'] },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  beforeAll(async () => {
    running = await runningEmulator({ patches });
  }, 60_000);
  afterAll(() => running.end());

  it('repository_resource_tags: who may change repositories with a tag changes those that have it, and no others', async () => {
    const client = clientOf(running.emulator);
    const ecr = new ECRClient(client);
    const tags = [{ Key: 'pilotage:pilot', Value: 'acme' }];
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'tagged', tags }));
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'plain' }));
    const iam = new IAMClient(client);
    const UserName = 'keeper';
    await iam.send(new CreateUserCommand({ UserName }));
    const Condition = { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } };
    const Statement = [{ Effect: 'Allow', Action: 'ecr:PutLifecyclePolicy', Resource: '*', Condition }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'keeps', PolicyDocument }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
    const keeper = new ECRClient({ ...client, credentials, maxAttempts: 1 });
    const keep = (repositoryName: string) =>
      keeper.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: '{}' })).then(
        () => 'kept',
        (error: Error) => error.name,
      );
    const denied = expect.stringContaining('AccessDenied');
    expect([await keep('tagged'), await keep('plain')]).toEqual([patched ? 'kept' : denied, denied]);
  });
});
