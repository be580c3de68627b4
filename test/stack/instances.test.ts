import { madeOut, type Resource } from './made-out.ts';
import { type Call, isAllowed, type Statement } from './policies.ts';

const HERE = 'eu-central-1:123456789012';
const EVERYTHING: Statement[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
let roles: Record<string, Resource>;

beforeAll(async () => {
  roles = await require('../../stack/functions.cjs').roles({ resolveVariable: async () => 'pilotage-dev' });
});

/** Whether the role of a function may do it. */
function may(role: string, call: Call): boolean {
  const { Policies } = madeOut(roles[role]?.Properties) as {
    Policies: { PolicyDocument: { Statement: Statement[] } }[];
  };
  const policies = Policies.map(({ PolicyDocument }) => PolicyDocument.Statement);
  return isAllowed(call, { tags: {}, policies, boundary: EVERYTHING });
}

const on = (action: string, resource: string, keys: Call['keys'] = {}): Call => ({ action, resource, keys });
const ec2 = (type: string) => `arn:aws:ec2:${HERE}:${type}/1`;
const template = { 'ec2:LaunchTemplate': ec2('launch-template') };
const PILOTS = { 'aws:ResourceTag/pilotage:pilot': 'acme' };
const TASKS = { ...PILOTS, 'aws:ResourceTag/pilotage:task': 'a' };

describe.each(['DeployMigrateRole', 'DeployRevertRole'])('for one command %s', (role) => {
  it('starts an instance from a pilot’s launch template, and from no other', () => {
    expect(may(role, on('ec2:RunInstances', ec2('launch-template'), PILOTS))).toBe(true);
    expect(may(role, on('ec2:RunInstances', ec2('launch-template')))).toBe(false);
    for (const type of ['instance', 'network-interface', 'security-group', 'subnet', 'volume']) {
      expect([type, may(role, on('ec2:RunInstances', ec2(type), template))]).toEqual([type, true]);
      expect([type, may(role, on('ec2:RunInstances', ec2(type)))]).toEqual([type, false]);
    }
    expect(may(role, on('ec2:RunInstances', 'arn:aws:ec2:eu-central-1::image/ami-1', template))).toBe(true);
  });

  it('hands it a role of a pilot’s instances, and no other', () => {
    const passing = (name: string, service = 'ec2') =>
      on('iam:PassRole', `arn:aws:iam::123456789012:role/${name}`, {
        'iam:PassedToService': `${service}.amazonaws.com`,
      });
    expect(may(role, passing('acme-production--instance'))).toBe(true);
    expect(may(role, passing('acme-production--task'))).toBe(false);
    expect(may(role, passing('acme-production--instance', 'lambda'))).toBe(false);
  });

  it('tags what is being started, and nothing that is there', () => {
    expect(may(role, on('ec2:CreateTags', ec2('instance'), { 'ec2:CreateAction': 'RunInstances' }))).toBe(true);
    expect(may(role, on('ec2:CreateTags', ec2('instance')))).toBe(false);
  });

  it('sends commands to instances of tasks and ends those, and touches none that serves', () => {
    const sending = (keys: Call['keys']) => on('ssm:SendCommand', ec2('instance'), keys);
    expect(may(role, sending({ 'ssm:resourceTag/pilotage:task': 'a' }))).toBe(true);
    expect(may(role, sending({ 'ssm:resourceTag/pilotage:pilot': 'acme' }))).toBe(false);
    const document = (name: string) => on('ssm:SendCommand', `arn:aws:ssm:eu-central-1::document/${name}`);
    expect([may(role, document('AWS-RunShellScript')), may(role, document('AWS-RunRemoteScript'))]).toEqual([
      true,
      false,
    ]);
    const ending = (keys: Call['keys']) => on('ec2:TerminateInstances', ec2('instance'), keys);
    expect([may(role, ending(TASKS)), may(role, ending(PILOTS))]).toEqual([true, false]);
  });
});

it('Finish ends what instances of tasks are left, and no others', () => {
  const ending = (keys: Call['keys']) => on('ec2:TerminateInstances', ec2('instance'), keys);
  expect(may('DeployFinishRole', ending(TASKS))).toBe(true);
  expect(may('DeployFinishRole', ending(PILOTS))).toBe(false);
});
