import { serviceRoleOf } from '../../shared/provisioning/service-role.ts';
import { SERVICE_ROLE } from './service-role.ts';
import { type CloudFormation, standIn } from './stand-in/cloudformation.ts';
import { LOGS, QUEUE, untilEnd, wantedWith } from './wanted.ts';

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

const ofIam = () => aws.calls.filter((call) => /Role/.test(call));
const WAITING = `AWS to know of the role ${SERVICE_ROLE.name}, under which the stack is made`;

describe('the role that a stack is made under', () => {
  it('is made with the stack, bounded, tagged, and for CloudFormation in this account alone', async () => {
    aws.roles.clear();
    const { end, waited } = await untilEnd(wantedWith({ Logs: LOGS }));
    expect(end).toMatchObject({ stack: 'made' });
    expect(waited.slice(0, 3)).toEqual([WAITING, WAITING, expect.stringContaining('CloudFormation to begin')]);
    const role = aws.roles.get(SERVICE_ROLE.name);
    expect(role).toMatchObject({
      path: '/pilotage-test/',
      boundary: 'arn:aws:iam::000000000000:policy/bounds',
      tags: {
        'pilotage:pilot': 'acme-shop',
        'pilotage:environment': 'production',
        'pilotage:uploads': 'acme-shop-production--uploads--000000000000',
      },
      policies: new Set(SERVICE_ROLE.policies),
    });
    expect(JSON.parse(role?.trust ?? '').Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudformation.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } },
      },
    ]);
    expect(aws.stack?.role).toBe(SERVICE_ROLE.arn);
  });

  it('costs nothing where the stack names it already', async () => {
    await untilEnd(wantedWith({ Logs: LOGS }));
    aws.calls.length = 0;
    await untilEnd(wantedWith({ Logs: LOGS, Queue: QUEUE }, { deployment: LATER }));
    expect(ofIam()).toEqual([]);
  });

  it('is given what it lacks', async () => {
    aws.roles.get(SERVICE_ROLE.name)?.policies.clear();
    const { waited } = await untilEnd(wantedWith({ Logs: LOGS }));
    expect(waited[0]).toBe(WAITING);
    expect(ofIam().filter((call) => call === 'AttachRolePolicy')).toHaveLength(SERVICE_ROLE.policies.length);
    expect(aws.roles.get(SERVICE_ROLE.name)?.policies).toEqual(new Set(SERVICE_ROLE.policies));
  });

  it('is waited for while CloudFormation does not know it yet', async () => {
    Object.assign(aws.roles.get(SERVICE_ROLE.name) ?? {}, { age: 20 });
    aws.unknowing = { reason: `Role ${SERVICE_ROLE.arn} is invalid or cannot be assumed`, times: 2 };
    const { end, waited } = await untilEnd(wantedWith({ Logs: LOGS }));
    expect(end).toMatchObject({ stack: 'made' });
    expect(waited.filter((one) => one === WAITING)).toHaveLength(2);
  });

  it('that CloudFormation still does not know after ten minutes is not waited for any longer', async () => {
    aws.unknowing = { reason: `Role ${SERVICE_ROLE.arn} is invalid or cannot be assumed`, times: 99 };
    const { end } = await untilEnd(wantedWith({ Logs: LOGS }));
    expect(end).toMatchObject({ code: 'STACK_REFUSED', reason: expect.stringContaining('cannot be assumed') });
  });

  it('that somebody removed is made again', async () => {
    await untilEnd(wantedWith({ Logs: LOGS }));
    aws.roles.clear();
    aws.unknowing = { reason: `Role ${SERVICE_ROLE.arn} is invalid or cannot be assumed`, times: 1 };
    const { end } = await untilEnd(wantedWith({ Logs: LOGS, Queue: QUEUE }, { deployment: LATER }));
    expect(end).toMatchObject({ outcome: 'provisioned' });
    expect(aws.roles.has(SERVICE_ROLE.name)).toBe(true);
  });

  it.each([
    ['another pilot’s tags', { tags: { 'pilotage:pilot': 'acme-two' } }],
    ['other bounds', { boundary: 'arn:aws:iam::000000000000:policy/none' }],
    ['another path', { path: '/' }],
  ])('is not used where one of its name has %s', async (_, other) => {
    Object.assign(aws.roles.get(SERVICE_ROLE.name) ?? {}, other);
    const { end } = await untilEnd(wantedWith({ Logs: LOGS }));
    expect(end).toMatchObject({ code: 'ROLE_FOREIGN' });
    expect(aws.executed).toEqual([]);
  });

  it('is another one for each pilot and environment, and where its policies are others', () => {
    const names = [
      SERVICE_ROLE.name,
      serviceRoleOf('acme-shop', 'staging').name,
      serviceRoleOf('acme', 'production').name,
      serviceRoleOf('a'.repeat(32), 'b'.repeat(16)).name,
    ];
    process.env.PROVISION_POLICIES += ',arn:aws:iam::000000000000:policy/more';
    names.push(serviceRoleOf('acme-shop', 'production').name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(64);
  });
});

const LATER = 'acme-shop_production_20260102T040405Z-0123456789ab';
