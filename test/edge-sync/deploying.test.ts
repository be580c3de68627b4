import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { bringEdge } from '../../shared/edge-sync/deploying.ts';
import { knownRanges } from '../../shared/edge-sync/refresh.ts';
import { LISTS } from '../../shared/edge-sync/run.ts';
import { syncPilot } from '../../shared/edge-sync/sync.ts';
import { verdictOf } from '../../shared/edge-sync/verdict.ts';
import { hasGroups } from '../../shared/edge-sync/whom.ts';
import { claimEdge, findEdge, type Opening } from '../../shared/ledger/edge.ts';
import { listFailures } from '../../shared/ledger/edge-failures.ts';
import { keepRanges } from '../../shared/ledger/edge-ranges.ts';
import { setWorld, some, type World } from './world.ts';

const WHOSE = { pilot: 'acme-shop', environment: 'production' };
const TOKEN = 1_767_000_000;
const NOW = new Date('2026-01-02T03:04:05Z');
let world: World;
let opening: Opening;

let ledger: Server;
/** Happens right before the next claim. */
let meanwhile: (() => Promise<unknown>) | undefined;

beforeAll(async () => {
  world = await setWorld();
  process.env.IP_RANGES_URL = 'http://127.0.0.1:9/';
  const { AWS_ENDPOINT_URL: url = '' } = process.env;
  ledger = createServer(async (request, response) => {
    const body = await text(request);
    const happens = body.includes('SET claimed = ') ? meanwhile : undefined;
    if (happens) meanwhile = undefined;
    await happens?.();
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>;
    const answer = await fetch(url, { method: 'POST', headers, body });
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(await answer.text());
  });
  await new Promise<void>((ready) => ledger.listen(0, '127.0.0.1', ready));
  process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${(ledger.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  ledger.closeAllConnections();
  ledger.close();
  await world.end();
});
beforeEach(async () => {
  meanwhile = undefined;
  await world.fresh();
  const groups = [await world.group(), await world.group()];
  opening = { mode: 'rules', service: 'CLOUDFRONT_ORIGIN_FACING', ipv6: true, groups, lists: [], port: 443 };
});

const know = (cidrs = some(5)) =>
  keepRanges({
    token: TOKEN,
    readAt: NOW.toISOString(),
    blocks: { CLOUDFRONT: cidrs, CLOUDFRONT_ORIGIN_FACING: cidrs },
  });
const bring = (what = opening) => bringEdge(WHOSE, what, NOW);
const another: Pick<Opening, 'mode' | 'groups' | 'port'> = { mode: 'vpc-origin', groups: [], port: 0 };

describe('what a deployment opens', () => {
  it('is known to later syncs, and tried again, although no list could be read when it was deployed', async () => {
    expect(await bring()).toMatchObject({ outcome: 'later', reason: expect.stringContaining('does not answer') });
    expect((await findEdge(WHOSE))?.opening).toEqual(opening);
    expect(await hasGroups(WHOSE)).toBe(true);
    expect(await listFailures()).toMatchObject([WHOSE]);
  });

  it('may be the ranges of another service, whose rules say so', async () => {
    await keepRanges({
      token: TOKEN,
      readAt: NOW.toISOString(),
      blocks: { CLOUDFRONT: some(5), CLOUDFRONT_ORIGIN_FACING: some(5), GLOBALACCELERATOR: some(3, 50) },
    });
    expect(await bring({ ...opening, service: 'GLOBALACCELERATOR' })).toMatchObject({ outcome: 'changed', added: 3 });
    const rules = await world.rules(...opening.groups);
    expect(rules.map(({ CidrIpv4 }) => CidrIpv4).sort()).toEqual(some(3, 50).sort());
    expect(new Set(rules.map(({ Description }) => Description))).toEqual(new Set(['Pilotage: GLOBALACCELERATOR']));
  });

  it('waits where nothing is known of its service, and nothing is taken away meanwhile', async () => {
    await know();
    await bring();
    const before = await world.allowed(...opening.groups);
    expect(await bring({ ...opening, service: 'GLOBALACCELERATOR' })).toMatchObject({
      outcome: 'later',
      reason: expect.stringContaining('does not answer'),
    });
    expect(await world.allowed(...opening.groups)).toEqual(before);
  });

  it('is tried again where it failed, until it is as it should be', async () => {
    await know(some(130));
    expect(await bring()).toMatchObject({ outcome: 'failed', problem: { code: 'EDGE_QUOTA' } });
    expect(await listFailures()).toMatchObject([WHOSE]);
    await world.quota(65);
    expect(await bring()).toMatchObject({ outcome: 'changed', added: 130 });
    expect(await listFailures()).toEqual([]);
  });

  it('is tried again as soon as it would be, however often the deployment looks while it waits', async () => {
    await know();
    await claimEdge(WHOSE, TOKEN, new Date());
    for (let look = 0; look < 3; look += 1) expect(await bring()).toMatchObject({ outcome: 'later' });
    expect(await listFailures()).toMatchObject([{ ...WHOSE, tries: 1 }]);
  });

  it('is all pilots’ trouble, and tried again as theirs, where it is that of the lists', async () => {
    await know();
    const listed: Opening = { ...opening, mode: 'prefix-list', groups: [], lists: ['pl-1'] };
    expect(await bring(listed)).toMatchObject({ outcome: 'failed' });
    expect(await listFailures()).toMatchObject([LISTS]);
  });

  it('notes nothing of a pilot that never had any of it', async () => {
    expect(await bring({ ...opening, ...another })).toEqual({ outcome: 'nothing' });
    expect([await findEdge(WHOSE), await listFailures()]).toEqual([undefined, []]);
  });

  it('leaves groups of another mode alone that cannot be cleared: they are remembered, told, and tried again', async () => {
    await know();
    const { groups } = opening;
    await bring();
    world.before = (action) =>
      action === 'RevokeSecurityGroupIngress' ? { code: 'UnauthorizedOperation' } : undefined;
    const brought = await bring({ ...opening, ...another });
    expect(brought).toMatchObject({ outcome: 'failed', problem: { code: 'EDGE_LEFT' } });
    expect(verdictOf(brought, true, NOW)).toMatchObject({
      outcome: 'done',
      warning: expect.stringContaining('EDGE_LEFT'),
    });
    expect((await findEdge(WHOSE))?.left).toEqual(groups);
    expect(await hasGroups(WHOSE)).toBe(true);
    expect(await listFailures()).toMatchObject([WHOSE]);
    world.before = () => undefined;
    expect(await bring({ ...opening, ...another })).toEqual({ outcome: 'nothing' });
    expect(await world.rules(...groups)).toEqual([]);
    expect(await hasGroups(WHOSE)).toBe(false);
    expect(await listFailures()).toEqual([]);
  });

  it('is all let in where only a group that is not used any more cannot be cleared', async () => {
    await know();
    const more = await world.group();
    const [first = ''] = opening.groups;
    await bring({ ...opening, groups: [more] });
    world.before = (action) => (action === 'RevokeSecurityGroupIngress' ? { code: 'RequestLimitExceeded' } : undefined);
    expect(await bring()).toMatchObject({ outcome: 'failed', problem: { code: 'EDGE_LEFT' } });
    expect(await world.rules(first)).toHaveLength(5);
  });
});

describe('a sync that has read the ledger before a deployment', () => {
  it('goes by what the deployment opens', async () => {
    await know();
    await bring();
    const next = { ...opening, groups: [await world.group()] };
    meanwhile = () => bring(next);
    const { ranges } = await knownRanges();
    if (!ranges) throw new Error('no list is known');
    expect(await syncPilot(WHOSE, { ranges, check: 'drift' })).toMatchObject({ outcome: 'same' });
    expect((await findEdge(WHOSE))?.opening).toEqual(next);
    expect(await world.rules(...next.groups)).toHaveLength(5);
  });
});

describe('a deployment', () => {
  const later = { outcome: 'later', reason: 'another sync is at work' } as const;
  it('waits with a new release, and does not keep what served before waiting', () => {
    expect(verdictOf(later, true, NOW)).toMatchObject({ outcome: 'parked', deadline: NOW.toISOString() });
    expect(verdictOf(later, false, NOW)).toMatchObject({
      outcome: 'done',
      warning: expect.stringContaining('another sync is at work'),
    });
  });
});
