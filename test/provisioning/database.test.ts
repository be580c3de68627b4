import { policyOf } from '../../shared/provisioning/policy.ts';
import { provision } from '../../shared/provisioning/provision.ts';
import type { Wanted } from '../../shared/provisioning/wanted.ts';
import type { Resource } from '../../templates/template.ts';
import { type CloudFormation, standIn } from './stand-in/cloudformation.ts';
import { DEPLOYMENT, LOGS, TOPIC, templateWith, untilEnd, wantedWith } from './wanted.ts';

let aws: CloudFormation;
beforeAll(async () => {
  aws = await standIn();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url,
    AWS_ENDPOINT_URL_IAM: aws.url,
  });
});
afterAll(() => aws.close());
beforeEach(() => aws.reset());

const database = (Engine: string): Resource => ({
  Type: 'AWS::RDS::DBInstance',
  DeletionPolicy: 'Snapshot',
  Properties: { Engine },
});
const copy: Resource = { Type: 'AWS::RDS::DBInstance', DeletionPolicy: 'Delete', Properties: {} };
const LATER = DEPLOYMENT.replace('T03', 'T04');

/** What a later deployment wants, with the manifest's word; the stack tells, as an output, whether its database may go. */
const wanted = (resources: Record<string, Resource>, guard: string | undefined, word?: boolean): Wanted => {
  const { Outputs, ...template } = templateWith(resources);
  const told = guard ? { DatabaseGuard: { Description: 'Guard', Value: guard } } : {};
  const made = wantedWith(resources, { deployment: word === undefined && !guard ? DEPLOYMENT : LATER });
  return {
    ...made,
    template: JSON.stringify({ ...template, Outputs: { ...JSON.parse(made.template).Outputs, ...told } }),
    replacesDatabase: word,
  };
};

async function made(
  guard: string,
  resources: Record<string, Resource> = { Logs: LOGS, Database: database('postgres') },
) {
  await untilEnd({ ...wanted(resources, guard, false), name: 'first' });
  const [stack] = [aws.stack];
  if (!stack) throw new Error('it was not made');
  stack.createdAt = stack.changedAt = new Date('2020-01-02T03:04:05Z');
  aws.calls.length = 0;
  aws.executed.length = 0;
  return stack;
}

const other = { Logs: LOGS, Database: database('mysql') };

describe('a database that would be replaced', () => {
  beforeEach(() => aws.replacement.set('Database', 'True'));

  it.each([
    ['nobody says that it may', 'kept', false],
    ['it is protected', 'protected', true],
  ] as const)('stays, and nothing is changed, where %s', async (_, guard, word) => {
    const stack = await made(guard);
    const end = await provision(wanted(other, guard, word));
    expect(end).toMatchObject({ outcome: 'refused', problems: [{ code: 'DATA_AT_RISK' }] });
    expect(aws.executed).toEqual([]);
    expect(stack.template.Resources.Database).toEqual(database('postgres'));
  });

  it('goes where somebody has it restored from a snapshot, protected or not; what else holds data stays', async () => {
    const stack = await made('protected');
    const asked = { ...wanted(other, 'protected', false), restoresDatabase: true };
    while (aws.executed.length === 0) await provision(asked);
    expect(stack.policy).toBe(policyOf(templateWith(other), true));
    expect(await untilEnd(asked)).toMatchObject({ end: { outcome: 'provisioned', stack: 'changed' } });
    expect(stack.policy).toBe(policyOf(templateWith(other)));
  });

  it('is under its policy again where the one from the snapshot cannot be made', async () => {
    const stack = await made('protected');
    aws.failing.set('Database', 'no room');
    const { end } = await untilEnd({ ...wanted(other, 'protected', false), restoresDatabase: true });
    expect(end).toMatchObject({ outcome: 'failed', code: 'STACK_FAILED' });
    expect(stack.template.Resources.Database).toEqual(database('postgres'));
    expect(stack.policy).toBe(policyOf(templateWith(other)));
  });

  it('is not deleted by a restore', async () => {
    await made('protected');
    const end = await provision({ ...wanted({ Logs: LOGS }, 'protected', false), restoresDatabase: true });
    expect(end).toMatchObject({ outcome: 'refused', problems: [{ code: 'DATA_AT_RISK' }] });
    expect(aws.executed).toEqual([]);
  });

  it('is looked at once more where the template was written for another one', async () => {
    await made('kept');
    const asked = { ...wanted(other, 'kept', true), writtenFor: { database: 'acme-shop-production' } };
    expect(await provision(asked)).toMatchObject({ outcome: 'parked' });
    expect(aws.calls).toEqual(['DescribeStacks']);
    expect(await provision({ ...asked, writtenFor: { database: undefined } })).toMatchObject({ outcome: 'parked' });
    expect(aws.calls.length).toBeGreaterThan(2);
  });

  it('goes where the manifest says so, under a policy that is closed again afterwards', async () => {
    const stack = await made('kept');
    const asked = wanted(other, 'kept', true);
    while (aws.executed.length === 0) await provision(asked);
    expect(stack.policy).toBe(policyOf(templateWith(other), true));
    const { end } = await untilEnd(asked);
    expect(end).toMatchObject({ outcome: 'provisioned', stack: 'changed' });
    expect(stack.template.Resources.Database).toEqual(database('mysql'));
    expect(stack.policy).toBe(policyOf(templateWith(other)));
  });
});

describe('a database that leaves the manifest', () => {
  const without = { Logs: LOGS, Topic: TOPIC };

  it('takes no subnet along that what serves stands in', async () => {
    const subnet: Resource = { Type: 'AWS::EC2::Subnet', Properties: {} };
    await made('replaceable', { Logs: LOGS, Database: database('postgres'), PrivateSubnet1: subnet });
    expect(await provision(wanted(without, undefined))).toMatchObject({ problems: [{ code: 'STILL_USED' }] });
  });

  it('stays where the manifest before did not say that it may go', async () => {
    await made('kept');
    expect(await provision(wanted(without, undefined))).toMatchObject({ problems: [{ code: 'DATA_AT_RISK' }] });
    expect(aws.executed).toEqual([]);
  });

  it('goes where that one said so, and its subnets with it', async () => {
    const subnet: Resource = { Type: 'AWS::EC2::Subnet', Properties: {} };
    const stack = await made('replaceable', { Logs: LOGS, Database: database('postgres'), DatabaseSubnet1: subnet });
    const { end } = await untilEnd(wanted(without, undefined));
    expect(end).toMatchObject({ outcome: 'provisioned', stack: 'changed' });
    expect(stack.template.Resources).not.toHaveProperty('Database');
  });
});

it('a copy of the database goes without a word', async () => {
  const both = { Logs: LOGS, Database: database('postgres'), DatabaseReplica1: copy };
  const stack = await made('protected', both);
  const { end } = await untilEnd(wanted({ Logs: LOGS, Database: database('postgres') }, 'protected', false));
  expect(end).toMatchObject({ outcome: 'provisioned', stack: 'changed' });
  expect(stack.template.Resources).not.toHaveProperty('DatabaseReplica1');
});
