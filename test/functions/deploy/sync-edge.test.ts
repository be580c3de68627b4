import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { transact } from '../../../shared/aws/table.ts';
import { claimEdge, findEdge } from '../../../shared/ledger/edge.ts';
import { listFailures, noteFailure } from '../../../shared/ledger/edge-failures.ts';
import { keepRanges } from '../../../shared/ledger/edge-ranges.ts';
import { manifestPlanned } from '../../../shared/ledger/manifests.ts';
import { some } from '../../edge-sync/world.ts';
import { planFor } from '../../migrating/pilot.ts';
import { resolve, SMALL } from '../../preview/samples.ts';
import { steps } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

const PILOT = 'acme-shop';
const WHOSE = { pilot: PILOT, environment: 'production' };
const TOKEN = 1_767_000_000;
const RULES = 'edge: {mode: rules}\n';
let stage: Stage;
let ec2: EC2Client;
let groups: string[];

beforeAll(async () => {
  stage = await setStage();
  ec2 = new EC2Client({});
  // Nobody listens there: what is known has to do.
  process.env.IP_RANGES_URL = 'http://127.0.0.1:9/';
  process.env.INSTALLATION = 'test';
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.fresh();
  groups = await Promise.all([group(), group()]);
});

async function group(): Promise<string> {
  const name = `sync-edge-${randomUUID()}`;
  const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: name }));
  return GroupId;
}

const know = (cidrs: string[], token = TOKEN) =>
  keepRanges({
    token,
    readAt: new Date().toISOString(),
    blocks: { CLOUDFRONT_ORIGIN_FACING: cidrs, CLOUDFRONT: cidrs },
  });

/** A deployment that has come as far as SyncEdge. */
async function arrived(edge = RULES, { id }: { id?: string } = {}): Promise<string> {
  const text = `${SMALL.ecs}${edge}`;
  const given = id ?? (await stage.upload(PILOT, text)).id;
  const base = planFor('r1');
  const outputs = edge.includes('rules')
    ? { EdgeGroups: groups.join(), EdgePort: '443', EdgeRanges: 'CLOUDFRONT_ORIGIN_FACING IPv4 IPv6' }
    : {};
  const plan = { ...base, stack: { ...base.stack, ...outputs } };
  await transact([manifestPlanned(plan, resolve(text))]);
  await stage.given(given, { plan, fence: 1 });
  return given;
}

const run = (id: string, again = false) => stage.run(steps.syncEdge, 'SyncEdge', id, { again });

async function open(): Promise<string[]> {
  const Filters = [{ Name: 'group-id', Values: groups }];
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules.flatMap(({ IsEgress, CidrIpv4 }) => (IsEgress ? [] : (CidrIpv4 ?? []))).sort();
}

const block = (GroupId: string, from: number) =>
  ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: some(60, from).map((CidrIp) => ({
        ...{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
        IpRanges: [{ CidrIp }],
      })),
    }),
  );

describe('SyncEdge', () => {
  it('lets CloudFront in, and says how much it changed', async () => {
    await know(some(5));
    await noteFailure(WHOSE, new Date());
    const id = await arrived();
    expect(await run(id)).toHaveProperty('success');
    expect(await open()).toEqual(some(5));
    expect((await stage.now(id)).facts).toEqual({ edge: `5 added, 0 removed (ranges ${TOKEN})` });
    expect(await listFailures()).toEqual([]);
    // Once more, as after an answer that was lost.
    expect(await run(id)).toHaveProperty('success');
    expect(await open()).toEqual(some(5));
  });

  it('has nothing to do where nothing is kept, and leaves no trace of it', async () => {
    for (const edge of ['', 'edge: {mode: managed-prefix-list}\n'])
      expect(await run(await arrived(edge))).toHaveProperty('success');
    expect(await findEdge(WHOSE)).toBeUndefined();
  });

  it('leaves all as it is while the pilot is taken offline', async () => {
    const { id } = await stage.askStanding(PILOT, 'offline');
    expect(await run(await arrived(RULES, { id }))).toHaveProperty('success');
    expect(await open()).toEqual([]);
  });

  it('clears away what was kept, in another mode', async () => {
    await know(some(5));
    await run(await arrived());
    expect(await run(await arrived(''))).toHaveProperty('success');
    expect(await open()).toEqual([]);
  });

  it('waits for a list that cannot be read where none is known, and fails by one that is not taken', async () => {
    const id = await arrived();
    expect(await run(id)).toBeUndefined();
    expect(await stage.now(id)).toMatchObject({ progress: expect.stringContaining('does not answer') });
    const list = createServer((_, response) => response.end('<html>'));
    await new Promise<void>((ready) => list.listen(0, '127.0.0.1', ready));
    const nowhere = process.env.IP_RANGES_URL;
    process.env.IP_RANGES_URL = `http://127.0.0.1:${(list.address() as AddressInfo).port}/`;
    expect(await run(id, true)).toMatchObject({ error: 'Failed' });
    process.env.IP_RANGES_URL = nowhere;
    list.close();
    expect((await stage.now(id)).failure).toMatchObject({ step: 'SyncEdge', code: 'RANGES_UNKNOWN' });
  });

  it('fails where the ranges do not fit in', async () => {
    await know(some(5));
    await Promise.all(groups.map((one, index) => block(one, 100 + index * 100)));
    const full = await arrived();
    expect(await run(full)).toMatchObject({ error: 'Failed' });
    expect((await stage.now(full)).failure).toMatchObject({ code: 'EDGE_QUOTA' });
  });

  it('does not keep a rollback from what served before: it warns', async () => {
    await know(some(5));
    await Promise.all(groups.map((one, index) => block(one, 100 + index * 100)));
    const { id } = await stage.askRollback(PILOT, 'r0');
    expect(await run(await arrived(RULES, { id }))).toHaveProperty('success');
    expect((await stage.now(id)).warnings).toEqual({ SyncEdge: expect.stringContaining('EDGE_QUOTA') });
    expect(await listFailures()).toMatchObject([WHOSE]);
  });

  it('does not keep a rollback waiting for whoever is at it: it warns, and somebody tries again', async () => {
    await know(some(5));
    await claimEdge(WHOSE, TOKEN, new Date());
    const { id } = await stage.askRollback(PILOT, 'r0');
    expect(await run(await arrived(RULES, { id }))).toHaveProperty('success');
    expect((await stage.now(id)).warnings).toEqual({ SyncEdge: expect.stringContaining('another sync is at work') });
    expect(await listFailures()).toMatchObject([WHOSE]);
  });

  it('waits for half an hour for whoever is at it, and goes on then', async () => {
    await know(some(5));
    const claim = await claimEdge(WHOSE, TOKEN, new Date());
    const id = await arrived();
    expect(await run(id)).toBeUndefined();
    expect(await stage.now(id)).toMatchObject({ progress: expect.stringContaining('another sync is at work') });
    expect(await open()).toEqual([]);
    await transact([{ remove: claim?.key ?? { pk: '', sk: '' } }]);
    expect(await run(id, true)).toHaveProperty('success');
    expect(await open()).toEqual(some(5));
  });

  it('goes by the newest list, where one came in meanwhile', async () => {
    await know(some(5));
    await run(await arrived());
    await know(some(6), TOKEN + 1);
    expect(await run(await arrived())).toHaveProperty('success');
    expect(await open()).toEqual(some(6).sort());
    expect(await findEdge(WHOSE)).toMatchObject({ token: TOKEN + 1 });
  });
});
