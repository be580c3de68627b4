import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { keepRanges } from '../../shared/ledger/edge-ranges.ts';
import { roomInGroups } from '../../shared/provisioning/edge-room.ts';
import { setWorld, some, type World } from '../edge-sync/world.ts';
import { beanstalk, SMALL } from '../preview/samples.ts';
import { templateIn } from '../templates/samples.ts';
import { type CloudFormation, standIn } from './stand-in/cloudformation.ts';
import { NAME } from './stand-in/stack.ts';

const SINCE = new Date('2026-01-02T03:04:05Z');
const ENVIRONMENTS = `${SMALL.beanstalk}${beanstalk()}`;
const OURS = 'Pilotage: CLOUDFRONT';
let world: World;
let aws: CloudFormation;
let list: Server;
let answer = '';

beforeAll(async () => {
  [world, aws] = await Promise.all([setWorld(), standIn()]);
  process.env.AWS_ENDPOINT_URL_CLOUDFORMATION = aws.url;
  list = createServer((_, response) => response.end(answer));
  await new Promise<void>((ready) => list.listen(0, '127.0.0.1', ready));
}, 60_000);
afterAll(async () => {
  list.close();
  aws.close();
  await world.end();
});
beforeEach(async () => {
  await world.fresh();
  aws.reset();
  process.env.IP_RANGES_URL = 'http://127.0.0.1:9/';
});

const know = (origin: string[], all = origin) =>
  keepRanges({
    token: 1_767_000_000,
    readAt: new Date().toISOString(),
    blocks: { CLOUDFRONT_ORIGIN_FACING: origin, CLOUDFRONT: all },
  });
const roomFor = (edge: string, target = SMALL.ecs) => roomInGroups(templateIn(`${target}edge: ${edge}\n`), NAME, SINCE);

function standing(outputs: Record<string, string>) {
  const Outputs = Object.fromEntries(
    Object.entries(outputs).map(([name, Value]) => [name, { Description: '', Value }]),
  );
  aws.given('UPDATE_COMPLETE', { template: { Resources: {}, Outputs } });
}
const told = (groups: string[], service = 'CLOUDFRONT_ORIGIN_FACING') => ({
  EdgeGroups: groups.join(),
  EdgePort: '80',
  EdgeRanges: `${service} IPv4 IPv6`,
});

describe('room for CloudFront’s addresses', () => {
  it('is no question where Pilotage keeps no groups, or where the stack opens what it did', async () => {
    expect(await roomFor('{mode: managed-prefix-list}')).toBeUndefined();
    expect(aws.calls).toEqual([]);
    standing(told(['sg-1', 'sg-2']));
    expect(await roomFor('{mode: rules}')).toBeUndefined();
    expect(world.calls).toEqual([]);
  });

  it('is no question of a service that the list does not have: nothing is changed, and the nearest one is named', async () => {
    const entry = (ip_prefix: string, service: string) => ({ ip_prefix, region: 'GLOBAL', service });
    answer = JSON.stringify({
      syncToken: '1767000000',
      prefixes: [
        ...some(10).flatMap((cidr) => [entry(cidr, 'CLOUDFRONT'), entry(cidr, 'CLOUDFRONT_ORIGIN_FACING')]),
        entry('15.197.0.0/24', 'GLOBALACCELERATOR'),
      ],
      ipv6_prefixes: [],
    });
    process.env.IP_RANGES_URL = `http://127.0.0.1:${(list.address() as AddressInfo).port}/`;
    expect(await roomFor('{mode: rules, service: GLOBALACELERATOR}')).toMatchObject({
      outcome: 'refused',
      problems: [
        {
          code: 'EDGE_SERVICE',
          expected: 'one of CLOUDFRONT, CLOUDFRONT_ORIGIN_FACING, GLOBALACCELERATOR',
          hint: expect.stringContaining('did you mean GLOBALACCELERATOR?'),
        },
      ],
    });
    expect(world.calls).toEqual([]);
    expect(await roomFor('{mode: rules, service: GLOBALACCELERATOR}')).toBeUndefined();
    await world.fresh();
    await keepRanges({
      token: 1_767_000_000,
      readAt: new Date().toISOString(),
      blocks: { CLOUDFRONT: some(10), CLOUDFRONT_ORIGIN_FACING: some(10), GLOBALACCELERATOR: [] },
    });
    expect(await roomFor('{mode: rules, service: GLOBALACCELERATOR}')).toMatchObject({
      problems: [{ code: 'EDGE_SERVICE', expected: 'one of CLOUDFRONT, CLOUDFRONT_ORIGIN_FACING' }],
    });
  });

  it('is waited for where the list cannot be read, and no question where it is not taken', async () => {
    expect(await roomFor('{mode: rules}')).toMatchObject({
      outcome: 'parked',
      awaits: expect.stringContaining('does not answer'),
      deadline: '2026-01-02T03:34:05.000Z',
    });
    process.env.IP_RANGES_URL = `http://127.0.0.1:${(list.address() as AddressInfo).port}/`;
    answer = '<html>';
    expect(await roomFor('{mode: rules}')).toMatchObject({ outcome: 'failed', code: 'RANGES_UNKNOWN' });
  });

  it('is what empty groups have together, of a pilot that comes from another mode or from none', async () => {
    await know(some(46));
    expect(await roomFor('{mode: rules}')).toBeUndefined();
    await world.quota(22);
    const refused = {
      outcome: 'refused',
      problems: [
        {
          code: 'EDGE_QUOTA',
          expected: expect.stringContaining('at least 23 rules'),
          hint: expect.stringContaining('choose another edge.mode'),
        },
      ],
    };
    expect(await roomFor('{mode: rules}')).toMatchObject(refused);
    standing({ Balancer: 'balancer.example.com' });
    expect(await roomFor('{mode: rules}')).toMatchObject(refused);
    expect(world.calls).toEqual([]);
  });

  it('is what another port and other ranges leave of it, in each group that stays', async () => {
    const [one, main] = [await world.group(), await world.group()];
    await world.open(one, some(60, 200), OURS, 443);
    await world.open(main, some(14, 300), OURS, 443);
    standing({ ...told([one, main]), EdgePort: '443' });
    await know(some(46));
    expect(await roomFor('{mode: rules}')).toBeUndefined();
    await world.fresh();
    await know(some(47));
    expect(await roomFor('{mode: rules}')).toMatchObject({ problems: [{ code: 'EDGE_QUOTA' }] });
  });

  it('is none on Elastic Beanstalk for fewer ranges beside all of them, before anything is changed', async () => {
    const groups = [await world.group(), await world.group(), await world.group()];
    const [front = '', edge = ''] = groups;
    await world.open(front, some(60, 200), OURS, 80);
    await world.open(edge, some(60, 300), OURS, 80);
    standing({ ...told(groups, 'CLOUDFRONT'), FrontGroup: front });
    await know(some(46), some(200, 200));
    const problem = {
      code: 'EDGE_QUOTA',
      expected: expect.stringContaining('at least 83 rules'),
      hint: expect.stringContaining('leave edge as it was deployed last'),
    };
    expect(await roomFor('{mode: rules}', ENVIRONMENTS)).toMatchObject({ outcome: 'refused', problems: [problem] });
    await world.quota(83);
    expect(await roomFor('{mode: rules}', ENVIRONMENTS)).toBeUndefined();
  });

  it('is also that of the rules which the stack takes away itself, and not that of anybody else’s', async () => {
    await know(some(61));
    const opened = await world.group();
    await world.open(opened, some(60, 200), 'CloudFront', 80);
    standing({ FrontGroup: opened });
    expect(await roomFor('{mode: rules}', ENVIRONMENTS)).toBeUndefined();
    const taken = await world.group();
    await world.open(taken, some(60, 200), 'an office', 80);
    standing({ FrontGroup: taken });
    expect(await roomFor('{mode: rules}', ENVIRONMENTS)).toMatchObject({ problems: [{ code: 'EDGE_QUOTA' }] });
  });

  it('is waited for while EC2 does not answer', async () => {
    await know(some(5));
    standing({ FrontGroup: await world.group() });
    world.before = () => ({ code: 'InvalidFilter' });
    expect(await roomFor('{mode: rules}', ENVIRONMENTS)).toMatchObject({
      outcome: 'parked',
      awaits: expect.stringContaining('InvalidFilter'),
    });
  });
});
