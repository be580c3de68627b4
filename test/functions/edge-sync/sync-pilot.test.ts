import { randomUUID } from 'node:crypto';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { handler } from '../../../functions/edge-sync/sync-pilot.ts';
import { claimEdge, leaveEdge } from '../../../shared/ledger/edge.ts';
import { type EdgeStage, setEdgeStage } from '../../support/edge-stage.ts';

const TOKEN = 1_767_000_000;

let edge: EdgeStage;
let ec2: EC2Client;
beforeAll(async () => {
  edge = await setEdgeStage();
  ({ ec2 } = edge);
});
beforeEach(() => edge.fresh(TOKEN));
afterAll(() => edge.close());

const of = (pilot: string) => ({ pilot, environment: 'production' });
const sync = (pilot: string, check: 'gate' | 'drift' = 'gate', attempt = 0) =>
  handler({ execution: 'run', attempt, input: { ...of(pilot), check } });

/** A pilot whose latest deployment opened a group, made here. */
async function opened(pilot: string): Promise<string> {
  const { GroupId: group = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: `edge-${randomUUID()}`, Description: 'of a test' }),
  );
  const claim = await claimEdge(of(pilot), 1, new Date());
  if (!claim) throw new Error('somebody else has it');
  const opening = {
    ...({ mode: 'rules', service: 'CLOUDFRONT_ORIGIN_FACING', ipv6: true } as const),
    ...{ groups: [group], lists: [], port: 443 },
  };
  await leaveEdge(claim, { opening, at: new Date().toISOString(), outcome: 'waiting' });
  return group;
}

async function rulesOf(group: string): Promise<string[]> {
  const { SecurityGroupRules = [] } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [group] }] }),
  );
  return SecurityGroupRules.filter(({ IsEgress }) => !IsEgress)
    .map(({ CidrIpv4, CidrIpv6 }) => CidrIpv4 ?? CidrIpv6 ?? '')
    .sort();
}
const LISTED = ['13.32.0.0/15', '13.35.0.0/16', '2600:9000:3000::/36', '3.160.0.0/14', '52.84.0.0/15', '99.84.0.0/16'];

describe('a pilot', () => {
  it('has the list that is known let in, and nothing changed where it is', async () => {
    const group = await opened('acme');
    expect(await sync('acme')).toEqual({ ...of('acme'), outcome: 'changed', added: LISTED.length, removed: 0 });
    expect(await rulesOf(group)).toEqual(LISTED);
    expect(await sync('acme')).toEqual({ ...of('acme'), outcome: 'same' });
    expect(await sync('acme', 'drift')).toEqual({ ...of('acme'), outcome: 'same' });
  });

  it('whose group is gone says so, and leaves why to its row', async () => {
    const group = await opened('acme');
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }));
    expect(await sync('acme')).toEqual({ ...of('acme'), outcome: 'failed', code: 'EDGE_GROUP_GONE' });
  });

  it('whose rules somebody else is at is tried again, and given up after a while', async () => {
    await opened('acme');
    await claimEdge(of('acme'), TOKEN, new Date());
    await expect(sync('acme')).rejects.toThrow('somebody else is at it');
    expect(await sync('acme', 'gate', 5)).toEqual({ ...of('acme'), outcome: 'failed', code: 'EDGE_LATER' });
  });

  it('that was never deployed has nothing to be kept', async () => {
    expect(await sync('nobody')).toEqual({ ...of('nobody'), outcome: 'nothing' });
  });

  it('keeps rules that others made', async () => {
    const group = await opened('acme');
    const IpRanges = [{ CidrIp: '198.51.100.7/32', Description: 'office' }];
    const office = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions: [office] }));
    await sync('acme');
    expect(await rulesOf(group)).toEqual([...LISTED, '198.51.100.7/32'].sort());
  });
});

describe('the prefix lists', () => {
  it('of which none was ever made have nothing to be kept', async () => {
    expect(
      await handler({ execution: 'run', attempt: 0, input: { pilot: '*', environment: '*', check: 'gate' } }),
    ).toEqual({ pilot: '*', environment: '*', outcome: 'nothing' });
  });
});
