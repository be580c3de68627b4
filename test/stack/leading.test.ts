import { madeOut, type Resource } from './made-out.ts';
import { type Call, isAllowed, type Statement } from './policies.ts';

const HERE = 'eu-central-1:123456789012';
const EVERYTHING: Statement[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
let roles: Record<string, Resource>;

beforeAll(async () => {
  roles = await require('../../stack/functions.cjs').roles({ resolveVariable: async () => 'pilotage-dev' });
});

/** Whether the role of a function may do it. */
function may(role: string, action: string, resource: string, keys: Call['keys'] = {}): boolean {
  const { Policies } = madeOut(roles[role]?.Properties) as {
    Policies: { PolicyDocument: { Statement: Statement[] } }[];
  };
  const policies = Policies.map(({ PolicyDocument }) => PolicyDocument.Statement);
  return isAllowed({ action, resource, keys }, { tags: {}, policies, boundary: EVERYTHING });
}

const PILOTS = { 'aws:ResourceTag/pilotage:pilot': 'acme' };
const TASKS = { ...PILOTS, 'aws:ResourceTag/pilotage:task': 'a' };
const environment = (name: string) => `arn:aws:elasticbeanstalk:${HERE}:environment/acme-production/${name}`;
const stream = (name: string, file: string) =>
  `arn:aws:logs:${HERE}:log-group:/aws/elasticbeanstalk/${name}/${file}:log-stream:a`;
const ALONE = stream('acme-production--task', 'pilotage');
const CUT = stream(`acme---${'0'.repeat(16)}`, 'pilotage');

describe.each(['DeployMigrateRole', 'DeployRevertRole'])('for one leader command %s', (role) => {
  it('launches an environment under the roles of a pilot, and no others', () => {
    const made = { 'aws:RequestTag/pilotage:pilot': 'acme' };
    expect(may(role, 'elasticbeanstalk:CreateEnvironment', environment('acme-production--task'), made)).toBe(true);
    expect(may(role, 'elasticbeanstalk:CreateEnvironment', environment('acme-production--task'))).toBe(false);
    const passing = (name: string) =>
      may(role, 'iam:PassRole', `arn:aws:iam::123456789012:role/${name}`, {
        'iam:PassedToService': 'elasticbeanstalk.amazonaws.com',
      });
    expect([passing('acme-production--operations'), passing('acme-production--health')]).toEqual([true, true]);
    expect([passing('acme-production--instance'), passing('admin')]).toEqual([false, false]);
  });

  it('terminates that, and none that serves; changes and swaps none', () => {
    const terminating = (keys: Call['keys']) =>
      may(role, 'elasticbeanstalk:TerminateEnvironment', environment('acme-production--blue'), keys);
    expect([terminating(TASKS), terminating(PILOTS)]).toEqual([true, false]);
    for (const action of ['UpdateEnvironment', 'SwapEnvironmentCNAMEs', 'RemoveTags', 'UpdateTagsForResource'])
      expect([action, may(role, `elasticbeanstalk:${action}`, environment('acme-production--task'), TASKS)]).toEqual([
        action,
        false,
      ]);
  });

  it('reads what it tells, and notes there that it is ended; claims nothing', () => {
    for (const one of [ALONE, CUT]) {
      expect([may(role, 'logs:GetLogEvents', one), may(role, 'logs:PutLogEvents', one)]).toEqual([true, true]);
      expect(may(role, 'logs:CreateLogStream', one)).toBe(false);
    }
    expect(may(role, 'logs:PutLogEvents', stream('acme-production--blue', 'var/log/web.stdout.log'))).toBe(false);
  });
});

it('Finish sees whether one that is left over has ended, and tells nothing', () => {
  expect(may('DeployFinishRole', 'logs:GetLogEvents', ALONE)).toBe(true);
  expect(may('DeployFinishRole', 'logs:PutLogEvents', ALONE)).toBe(false);
});
