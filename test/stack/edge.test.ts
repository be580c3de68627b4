import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { madeOut, type Resource } from './made-out.ts';
import { type Call, isAllowed, type Statement } from './policies.ts';

const EC2 = 'arn:aws:ec2:eu-central-1:123456789012';
const ALL: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
const OF_PILOT = { 'aws:ResourceTag/pilotage:pilot': 'acme-shop' };
const ENTRANCE = { ...OF_PILOT, 'aws:ResourceTag/pilotage:edge': 'entrance' };
const OURS = { 'aws:ResourceTag/pilotage:installation': 'pilotage-dev' };
const OTHERS = { 'aws:ResourceTag/pilotage:installation': 'pilotage-prod' };

let roles: Record<string, Resource>;
beforeAll(async () => {
  roles = await require('../../stack/functions.cjs').roles({ resolveVariable: async () => 'pilotage-dev' });
});

function may(role: string, action: string, resource: string, keys: Call['keys'] = {}): boolean {
  const [policy] = (roles[`${role}Role`]?.Properties.Policies ?? []) as {
    PolicyDocument: { Statement: Statement[] };
  }[];
  const statements = madeOut(policy?.PolicyDocument.Statement) as Statement[];
  return isAllowed({ action, resource, keys }, { tags: {}, policies: [statements], boundary: [ALL] });
}

/** Those that may do something under the keys that are best for them. */
const allowed = (action: string, resource: string, keys: Call['keys']) =>
  Object.keys(roles)
    .map((role) => role.replace(/Role$/, ''))
    .filter((role) => may(role, action, resource, keys))
    .sort();

const KEEPERS = ['DeployProvision', 'DeploySyncEdge', 'EdgeSyncSyncPilot'];

describe('who lets CloudFront in', () => {
  it.each(['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'])(
    '%s: only those may that bring it to the list, and only in groups of pilots that are entrances',
    (action) => {
      const group = `${EC2}:security-group/sg-1`;
      expect(allowed(action, group, ENTRANCE)).toEqual(KEEPERS);
      for (const keys of [{}, OF_PILOT, { 'aws:ResourceTag/pilotage:edge': 'entrance' }])
        expect(allowed(action, group, keys)).toEqual([]);
    },
  );

  it('changes lists of this installation alone; Provision makes them', () => {
    const list = `${EC2}:prefix-list/pl-1`;
    expect(allowed('ec2:ModifyManagedPrefixList', list, OURS)).toEqual(KEEPERS);
    expect(allowed('ec2:ModifyManagedPrefixList', list, OTHERS)).toEqual([]);
    const made = { 'aws:RequestTag/pilotage:installation': 'pilotage-dev' };
    expect(allowed('ec2:CreateManagedPrefixList', list, made)).toEqual(['DeployProvision']);
    expect(may('DeployProvision', 'ec2:CreateManagedPrefixList', list)).toBe(false);
    expect(may('DeployProvision', 'ec2:CreateTags', list, { 'ec2:CreateAction': 'CreateManagedPrefixList' })).toBe(
      true,
    );
    expect(may('DeployProvision', 'ec2:CreateTags', list, { 'ec2:CreateAction': 'CreateVpc' })).toBe(false);
    expect(allowed('ec2:DeleteManagedPrefixList', list, OURS)).toEqual([]);
  });

  it('is started by AWS’s announcement, by the watchdog, and by who asks the api; ended by nobody', () => {
    const machine = 'arn:aws:states:eu-central-1:123456789012:stateMachine:pilotage-dev-edge-sync';
    expect(allowed('states:StartExecution', machine, {})).toEqual(['ApiApi', 'EntrancesIpRanges', 'ParkingWatchdog']);
    expect(allowed('states:StopExecution', machine, {})).toEqual([]);
    const other = machine.replace('edge-sync', 'deploy');
    expect(may('EntrancesIpRanges', 'states:StartExecution', other)).toBe(false);
  });
});

describe('the stack', () => {
  const file = (name: string) =>
    parse(readFileSync(join(__dirname, '../../stack', name), 'utf8'), { merge: true }) as Record<
      string,
      { Type: string; Default?: string; AllowedPattern?: string; Properties: Record<string, unknown> }
    >;

  it('takes what AWS announces from its own topic alone, wherever that is', () => {
    const { IpRangesSubscription, IpRangesMayInvoke } = file('events.yml');
    expect(IpRangesSubscription?.Properties).toMatchObject({ TopicArn: { Ref: 'IpRangesTopic' }, Protocol: 'lambda' });
    expect(IpRangesMayInvoke?.Properties).toMatchObject({
      Principal: 'sns.amazonaws.com',
      SourceArn: { Ref: 'IpRangesTopic' },
    });
    const { IpRangesTopic, IpRangesUrl } = file('parameters.yml');
    expect([IpRangesTopic?.Default, IpRangesUrl?.Default]).toEqual([
      'arn:aws:sns:us-east-1:806199016981:AmazonIpSpaceChanged',
      'https://ip-ranges.amazonaws.com/ip-ranges.json',
    ]);
  });

  it('reads the list by https, or from the machine that it runs on', () => {
    const allowed = new RegExp(`^(?:${file('parameters.yml').IpRangesUrl?.AllowedPattern})$`);
    const isAllowed = (url: string) => allowed.test(url);
    for (const url of ['https://ip-ranges.amazonaws.com/ip-ranges.json', 'http://127.0.0.1:4566/ip-ranges.json'])
      expect([url, isAllowed(url)]).toEqual([url, true]);
    for (const url of [
      'http://ip-ranges.amazonaws.com/',
      'http://127.0.0.1.example.com/',
      'http://127x0.0.1:1/',
      'file:///x',
    ])
      expect([url, isAllowed(url)]).toEqual([url, false]);
  });

  it('looks once a day, and raises an alarm where a list was refused or nobody could look', () => {
    const { EdgeSchedule, EdgeRefusedAlarm, EdgeSyncFailsAlarm, ListRefused, AnnouncementRefused } = file('watch.yml');
    expect(EdgeSchedule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 day)',
      Target: { Arn: { Ref: 'EdgeSyncMachine' }, Input: '{"reason":"daily"}' },
    });
    for (const alarm of [EdgeRefusedAlarm, EdgeSyncFailsAlarm])
      expect(alarm?.Properties).toMatchObject({ AlarmActions: [{ Ref: 'Alarms' }] });
    const said = (filter: typeof ListRefused) =>
      /message = "([^"]+)"/.exec(String(filter?.Properties.FilterPattern))?.[1];
    const source = (path: string) => readFileSync(join(__dirname, '../../functions', path), 'utf8');
    expect(source('edge-sync/read-ranges.ts')).toContain(`log.error('${said(ListRefused)}'`);
    expect(source('entrances/ip-ranges.ts')).toContain(`log.error('${said(AnnouncementRefused)}'`);
  });
});
