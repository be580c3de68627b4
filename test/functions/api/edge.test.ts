import { randomUUID } from 'node:crypto';
import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { handler } from '../../../functions/api/api.ts';
import type { ApiAction, ApiAnswer, ApiRequest } from '../../../shared/api.ts';
import { askedRun } from '../../../shared/edge-sync/start.ts';
import { claimEdge, leaveEdge, type Opening } from '../../../shared/ledger/edge.ts';
import { findAccepted } from '../../../shared/ledger/edge-ranges.ts';
import { type EdgeStage, setEdgeStage } from '../../support/edge-stage.ts';
import { manifestOf } from '../../support/manifest.ts';
import type { Stage } from '../../support/stage.ts';

const TOKEN = 1_767_000_000;

let edge: EdgeStage;
let ec2: EC2Client;
let stage: Stage;
beforeAll(async () => {
  edge = await setEdgeStage();
  ({ ec2, stage } = edge);
});
beforeEach(() => edge.fresh(TOKEN));
afterAll(() => edge.close());

const ask = <Action extends ApiAction>(request: Extract<ApiRequest, { action: Action }>) =>
  handler(request) as Promise<ApiAnswer<Action>>;
const request = () => `${new Date().toISOString()}/${randomUUID()}`;

async function deployed(pilot: string, opening: Partial<Opening>): Promise<void> {
  await stage.upload(pilot, manifestOf(pilot));
  const claim = await claimEdge({ pilot, environment: 'production' }, 1, new Date());
  if (!claim) throw new Error('somebody else has it');
  const usual = { service: 'CLOUDFRONT_ORIGIN_FACING', ipv6: true, groups: [], lists: [], port: 443 } as const;
  const all: Opening = { mode: 'rules', ...usual, ...opening } as Opening;
  await leaveEdge(claim, { opening: all, at: '2026-11-21T03:00:00.000Z', outcome: 'done' });
}

async function group(cidrs: string[]): Promise<string> {
  const { GroupId = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: `edge-${randomUUID()}`, Description: 'of a test' }),
  );
  const IpPermissions = cidrs.map((CidrIp) => ({
    ...{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
    IpRanges: [{ CidrIp, Description: 'Pilotage: CLOUDFRONT_ORIGIN_FACING' }],
  }));
  if (cidrs.length > 0) await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  return GroupId;
}

describe('edge', () => {
  it('tells of each pilot how its groups are now, and of the list', async () => {
    const one = await group(['13.32.0.0/15', '198.18.0.0/15']);
    await deployed('acme', { groups: [one] });
    await deployed('other', { mode: 'vpc-origin' });
    await stage.upload('static', manifestOf('static'));
    const asked = await ask({ action: 'edge' });
    expect(asked).toMatchObject({
      ok: true,
      answer: {
        list: { token: TOKEN, readAt: expect.any(String) },
        lists: [],
        pilots: [
          {
            ...{ pilot: 'acme', environment: 'production', mode: 'rules', groups: [one] },
            uses: [{ id: one, ipv4: 2, ipv6: 0, allowed: 60 }],
            drift: {
              missing: [{ group: one, cidrs: expect.arrayContaining(['3.160.0.0/14', '2600:9000:3000::/36']) }],
              extra: [{ group: one, cidrs: ['198.18.0.0/15'] }],
            },
          },
          { pilot: 'other', mode: 'vpc-origin', groups: [] },
        ],
      },
    });
  });

  it('of one pilot tells of that alone; of one that CloudFront does not reach, that it is none', async () => {
    await deployed('acme', { mode: 'vpc-origin' });
    await deployed('other', { mode: 'vpc-origin' });
    await stage.upload('static', manifestOf('static'));
    const asked = await ask({ action: 'edge', pilot: 'acme' });
    expect(asked.ok && asked.answer.pilots.map(({ pilot }) => pilot)).toEqual(['acme']);
    expect(await ask({ action: 'edge', pilot: 'static' })).toMatchObject({ ok: false, code: 'EDGE_NONE' });
    expect(await ask({ action: 'edge', pilot: 'nobody' })).toMatchObject({ ok: false, code: 'PILOT_UNKNOWN' });
  });
});

describe('edge-sync', () => {
  it('of all starts one run, however often the same is asked', async () => {
    const once = request();
    const asked = await ask({ action: 'edge-sync', request: once });
    await ask({ action: 'edge-sync', request: once });
    expect(asked).toEqual({ ok: true, answer: { run: askedRun(once) } });
    expect(stage.started).toEqual([
      { machine: process.env.EDGE_MACHINE, name: askedRun(once), input: { reason: 'asked' } },
    ]);
  });

  it('of one pilot looks at that alone, and at the prefix lists where it is let in by them', async () => {
    await deployed('acme', { groups: ['sg-1'] });
    await deployed('listed', { mode: 'prefix-list', lists: ['pl-1'] });
    await deployed('origin', { mode: 'vpc-origin' });
    for (const pilot of ['acme', 'listed']) await ask({ action: 'edge-sync', pilot, request: request() });
    expect(stage.started.map(({ input }) => input.pilots)).toEqual([
      [{ pilot: 'acme', environment: 'production' }],
      [{ pilot: '*', environment: '*' }],
    ]);
    const refused = await ask({ action: 'edge-sync', pilot: 'origin', request: request() });
    expect(refused).toMatchObject({
      ...{ ok: false, code: 'EDGE_NONE' },
      message:
        'nothing is kept for origin: with edge.mode: vpc-origin AWS itself keeps the list that lets CloudFront in',
    });
    expect(await ask({ action: 'edge', pilot: 'origin', toSync: true })).toEqual(refused);
    expect(await ask({ action: 'edge', pilot: 'origin' })).toMatchObject({ ok: true });
    expect(await ask({ action: 'edge', pilot: 'listed', toSync: true })).toMatchObject({ ok: true });
  });

  it('brings all pilots to a list that somebody accepts, also where one is named', async () => {
    await deployed('acme', { groups: ['sg-1'] });
    await deployed('other', { groups: ['sg-2'] });
    await ask({ action: 'edge-sync', pilot: 'acme', accept: TOKEN + 600, request: request() });
    expect(stage.started.map(({ input }) => input)).toEqual([{ reason: 'asked' }]);
  });

  it('notes which list somebody accepts, before it is read', async () => {
    await ask({ action: 'edge-sync', accept: TOKEN + 600, requestedBy: 'ada@laptop', request: request() });
    expect([await findAccepted(), stage.started.length]).toEqual([TOKEN + 600, 1]);
  });

  it.each([
    ['a token that is none', { accept: 12 }],
    ['a token in words', { accept: 'yes' }],
    ['a request of yesterday', { request: '2020-01-01T00:00:00Z/00000000-0000-4000-8000-000000000000' }],
  ])('refuses %s', async (_, wrong) => {
    const asked = { action: 'edge-sync', request: request(), ...wrong } as Extract<ApiRequest, { action: 'edge-sync' }>;
    expect(await ask(asked)).toMatchObject({ ok: false, code: 'REQUEST_INVALID' });
    expect([await findAccepted(), stage.started]).toEqual([undefined, []]);
  });
});

describe('edge-synced', () => {
  it('tells how the run of a request fares', async () => {
    const once = request();
    expect(await ask({ action: 'edge-synced', request: once })).toEqual({ ok: true, answer: { status: 'ABSENT' } });
    await ask({ action: 'edge-sync', request: once });
    expect(await ask({ action: 'edge-synced', request: once })).toEqual({ ok: true, answer: { status: 'RUNNING' } });
  });
});
