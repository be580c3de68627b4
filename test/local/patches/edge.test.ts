import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  CreateSecurityGroupCommand,
  DescribeManagedPrefixListsCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
} from '@aws-sdk/client-ec2';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { clientOf, runningEmulator } from '../emulator/running.ts';

const root = join(__dirname, '../../..');
const OURS = ['service_quotas.py', 'group_rule_limits.py', 'prefix_list_versions.py'];
const others = readdirSync(join(root, 'local/emulator/patches'))
  .filter((name) => /^[a-z]\w*\.py$/.test(name) && !OURS.includes(name))
  .map((name) => name.replace('.py', ''));

const TAGGED = { StringEquals: { 'aws:ResourceTag/pilotage:pilot': 'acme' } };
const POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'ec2:AuthorizeSecurityGroupIngress',
      Resource: 'arn:aws:ec2:us-east-1:000000000000:security-group/*',
      Condition: TAGGED,
    },
    {
      Effect: 'Allow',
      Action: 'ec2:ModifyManagedPrefixList',
      Resource: 'arn:aws:ec2:us-east-1:000000000000:prefix-list/*',
      Condition: TAGGED,
    },
    {
      Effect: 'Allow',
      Action: 'ec2:CreateManagedPrefixList',
      Resource: 'arn:aws:ec2:us-east-1:000000000000:prefix-list/*',
      Condition: { StringEquals: { 'aws:RequestTag/pilotage:pilot': 'acme' } },
    },
  ],
};
const Tags = [{ Key: 'pilotage:pilot', Value: 'acme' }];

/** With and without the patches: when the first half of a test fails, a newer release needs that one no longer. */
describe.each([
  { patched: false, patches: others },
  { patched: true, patches: undefined },
])('the emulator, patched: $patched', ({ patched, patches }) => {
  let running: Awaited<ReturnType<typeof runningEmulator>>;
  let ec2: EC2Client;
  let user: EC2Client;

  beforeAll(async () => {
    running = await runningEmulator(patches && { patches });
    const options = clientOf(running.emulator);
    ec2 = new EC2Client(options);
    const iam = new IAMClient(options);
    const UserName = 'edge';
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'edge', PolicyDocument: JSON.stringify(POLICY) }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    };
    user = new EC2Client({ ...options, credentials });
  }, 60_000);
  afterAll(() => running.end());

  async function group(name: string, tagged = true): Promise<string> {
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: name,
        Description: name,
        ...(tagged && { TagSpecifications: [{ ResourceType: 'security-group', Tags }] }),
      }),
    );
    return GroupId;
  }

  const open = (GroupId: string, cidrs: string[], client = ec2) =>
    client.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: cidrs.map((CidrIp) => ({ CidrIp })) },
        ],
      }),
    );
  const blocks = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `8.${from + index}.0.0/16`);
  const rulesOf = async (GroupId: string) => {
    const Filters = [{ Name: 'group-id', Values: [GroupId] }];
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    return SecurityGroupRules.filter(({ IsEgress }) => !IsEgress);
  };
  /** The name of what went wrong; undefined where nothing did. */
  const troubleOf = (call: Promise<unknown>): Promise<string | undefined> =>
    call.then(
      () => undefined,
      (error: Error) => error.name,
    );

  it('tells how many rules a group may have', async () => {
    const quotas = new ServiceQuotasClient({ ...clientOf(running.emulator), maxAttempts: 1 });
    const asked = quotas.send(new GetServiceQuotaCommand({ ServiceCode: 'vpc', QuotaCode: 'L-0EA8095F' }));
    if (patched) expect((await asked).Quota?.Value).toBe(60);
    else await expect(asked).rejects.toThrow();
  });

  it('keeps each block as a rule of its own', async () => {
    const id = await group('each');
    await open(id, blocks(3));
    const ids = new Set((await rulesOf(id)).map(({ SecurityGroupRuleId }) => SecurityGroupRuleId));
    expect(ids.size).toBe(patched ? 3 : 1);
  });

  it('refuses a rule that is there, and one too many, and then adds none', async () => {
    const id = await group('limits');
    await open(id, blocks(1));
    expect(await troubleOf(open(id, blocks(2)))).toBe(patched ? 'InvalidPermission.Duplicate' : undefined);
    expect(await troubleOf(open(id, blocks(61, 100)))).toBe(patched ? 'RulesPerSecurityGroupLimitExceeded' : undefined);
    if (patched) expect(await rulesOf(id)).toHaveLength(1);
  });

  it('lets a policy depend on the tags of a group and of a list', async () => {
    expect(await troubleOf(open(await group('tagged'), blocks(1), user))).toBe(
      patched ? undefined : 'UnauthorizedOperation',
    );
    expect(await troubleOf(open(await group('bare', false), blocks(1), user))).toBe('UnauthorizedOperation');
    const tagged = new ModifyManagedPrefixListCommand({ PrefixListId: await list('tagged'), PrefixListName: 'other' });
    expect(await troubleOf(user.send(tagged))).toBe(patched ? undefined : 'UnauthorizedOperation');
  });

  it('lets a policy depend on the tags that a new list is given', async () => {
    expect(await troubleOf(list('mine', undefined, user))).toBe(patched ? undefined : 'UnauthorizedOperation');
    const bare = { PrefixListName: 'bare', AddressFamily: 'IPv4', MaxEntries: 1 };
    expect(await troubleOf(user.send(new CreateManagedPrefixListCommand(bare)))).toBe('UnauthorizedOperation');
  });

  async function list(name: string, ClientToken?: string, client = ec2): Promise<string> {
    const { PrefixList } = await client.send(
      new CreateManagedPrefixListCommand({
        PrefixListName: name,
        AddressFamily: 'IPv4',
        MaxEntries: 3,
        Entries: blocks(2).map((Cidr) => ({ Cidr })),
        TagSpecifications: [{ ResourceType: 'prefix-list', Tags }],
        ...(ClientToken && { ClientToken }),
      }),
    );
    return PrefixList?.PrefixListId ?? '';
  }
  const change = (PrefixListId: string, input: object) =>
    troubleOf(ec2.send(new ModifyManagedPrefixListCommand({ PrefixListId, ...input })));

  it('makes one list for a token', async () => {
    const made = new Set([await list('once', 'a-token'), await list('once', 'a-token')]);
    expect(made.size).toBe(patched ? 1 : 2);
  });

  it('changes a list from the version that is named, within its size, and size and entries each alone', async () => {
    const id = await list('versions');
    const AddEntries = blocks(1, 50).map((Cidr) => ({ Cidr }));
    expect(await change(id, { CurrentVersion: 7, AddEntries })).toBe(patched ? 'PrefixListVersionMismatch' : undefined);
    const more = { CurrentVersion: patched ? 1 : 2, AddEntries: blocks(3, 60).map((Cidr) => ({ Cidr })) };
    expect(await change(id, more)).toBe(patched ? 'PrefixListMaxEntriesExceeded' : undefined);
    const both = { CurrentVersion: 1, MaxEntries: 9, AddEntries };
    expect(await change(id, both)).toBe(patched ? 'InvalidParameterCombination' : undefined);
  });

  it('lets a list grow only where all groups that name it have room', async () => {
    const [id, of] = [await list('rooms'), await group('rooms')];
    await open(of, blocks(57));
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: of,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, PrefixListIds: [{ PrefixListId: id }] }],
      }),
    );
    await change(id, { MaxEntries: 10 });
    const { PrefixLists: [now] = [] } = await ec2.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [id] }));
    expect([now?.State, now?.MaxEntries]).toEqual(patched ? ['modify-failed', 3] : ['modify-complete', 10]);
    const { Entries } = await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: id }));
    expect(Entries).toHaveLength(2);
  });
});
