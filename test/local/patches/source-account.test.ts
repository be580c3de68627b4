import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { assume } from '../../../local/builds/aws.ts';
import { clientOf, runningEmulator } from '../emulator/running.ts';

/** With and without the patch: when the first half of the test fails, a newer release needs it no longer. */
describe.each([
  { patched: false, patches: [] as string[] },
  { patched: true, patches: ['role_source_account'] },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  beforeAll(async () => {
    running = await runningEmulator({ patches });
  }, 60_000);
  afterAll(() => running.end());

  it('role_source_account: a role that trusts a service for one account is taken for that one', async () => {
    const iam = new IAMClient(clientOf(running.emulator));
    const account = '000000000000';
    const where = { emulatorUrl: running.emulator.url, region: 'us-east-1', account };
    const take = async (RoleName: string, trusted: string) => {
      const Statement = {
        ...{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'codebuild.amazonaws.com' } },
        Condition: { StringEquals: { 'aws:SourceAccount': trusted } },
      };
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
      return typeof (await assume(where, Role?.Arn ?? '', 'build')) === 'object';
    };
    expect(await take('ours', account)).toBe(patched);
    expect(await take('theirs', '111111111111')).toBe(false);
  });
});
