import { randomUUID } from 'node:crypto';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreatePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { parametersOf } from '../../shared/provisioning/parameters.ts';
import { parametersNow } from '../../shared/provisioning/protection.ts';
import { provision } from '../../shared/provisioning/provision.ts';
import { serviceRoleOf } from '../../shared/provisioning/service-role.ts';
import { wantedOf } from '../../shared/provisioning/wanted.ts';
import { templateOf } from '../../templates/index.ts';
import { SMALL } from '../preview/samples.ts';
import { emulatorUrl } from '../support/emulator.ts';
import { siteOf } from '../templates/samples.ts';
import './service-role.ts';

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: emulatorUrl(),
  });
  const iam = new IAMClient();
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [] });
  for (const PolicyName of ['bounds', 'network', 'roles'])
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument })).catch(() => 'there already');
  // A role that is made here is known at once.
  const now = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + 20_000);
});
afterAll(() => jest.restoreAllMocks());

// Its own in each run: the emulator may be an older one.
const PILOT = `pilot-${randomUUID().slice(0, 8)}`;
const STACK = `${PILOT}-production`;
const SETTINGS = { PILOT_BOUNDARY: 'arn:aws:iam::000000000000:policy/pilots' };

/** What the next look of a deployment wants, as Provision does. */
async function look(section: string | undefined) {
  const database = section ? `database: ${section}\n` : '';
  const text = `${SMALL.lambda.replace('acme-shop', PILOT)}lambda: {front: none}\nnetwork: {zones: 2}\n${database}`;
  const site = { ...siteOf(text), region: 'us-east-1', account: '000000000000' };
  const template = templateOf(site);
  if (!template) throw new Error('the target has no template');
  const given = parametersOf(template, site.manifest, SETTINGS, {});
  if ('problems' in given) throw new Error(given.problems.map(({ message }) => message).join());
  return provision(
    wantedOf({
      deployment: `${PILOT}_production_20260102T030405Z-0123456789ab`,
      pilot: PILOT,
      environment: 'production',
      template,
      parameters: await parametersNow(given.parameters, STACK, template),
      replacesDatabase: site.manifest.database?.replace,
      serviceRole: serviceRoleOf(PILOT, 'production'),
      since: new Date(),
      deadline: new Date(Date.now() + 120_000),
    }),
  );
}

async function untilEnd(section: string | undefined) {
  for (const deadline = Date.now() + 90_000; Date.now() < deadline; ) {
    const end = await look(section);
    if (end.outcome !== 'parked') return end;
  }
  throw new Error('it does not end');
}

describe('the stack of a pilot with a database, in the emulator', () => {
  it('is made, and then protects its database', async () => {
    const end = await untilEnd('{deletionProtection: true}');
    expect(end).toMatchObject({
      outcome: 'provisioned',
      outputs: {
        DatabaseHost: expect.stringMatching(/./),
        DatabasePort: expect.stringMatching(/^\d+$/),
        DatabaseName: 'app',
        DatabaseUser: 'app',
        DatabaseSecret: expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:\d{12}:secret:/),
        DatabaseId: STACK,
        DatabaseGuard: 'protected',
      },
    });
    const { Stacks: [stack] = [] } = await new CloudFormationClient().send(
      new DescribeStacksCommand({ StackName: STACK }),
    );
    expect(stack?.Parameters).toContainEqual({ ParameterKey: 'DatabaseProtection', ParameterValue: 'true' });
  }, 120_000);

  it('is left as it is where nothing changes', async () => {
    expect(await look('{deletionProtection: true}')).toMatchObject({ outcome: 'provisioned', stack: 'unchanged' });
  });

  it('keeps its database where another engine is wanted', async () => {
    const end = await untilEnd('{engine: mysql}');
    expect(end).toMatchObject({ outcome: 'refused', problems: [{ code: 'DATA_AT_RISK' }] });
  }, 120_000);

  it('has its database again after one was taken away, and goes on with the logs of that', async () => {
    expect(await untilEnd('{deletionProtection: false, replace: true}')).toMatchObject({ outcome: 'provisioned' });
    expect(await untilEnd(undefined)).toMatchObject({
      outcome: 'provisioned',
      outputs: expect.not.objectContaining({ DatabaseId: STACK }),
    });
    expect(await untilEnd('{deletionProtection: true}')).toMatchObject({
      outcome: 'provisioned',
      outputs: { DatabaseId: STACK },
    });
    const { Stacks: [stack] = [] } = await new CloudFormationClient().send(
      new DescribeStacksCommand({ StackName: STACK }),
    );
    expect(stack?.Parameters).toContainEqual({ ParameterKey: 'DatabaseProtection', ParameterValue: 'true' });
  }, 240_000);
});
