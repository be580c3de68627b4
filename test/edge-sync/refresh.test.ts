import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { textOf } from '../../shared/edge/cidr.ts';
import { type Refresh, refreshRanges } from '../../shared/edge-sync/refresh.ts';
import { acceptRanges, findRanges, keepRanges } from '../../shared/ledger/edge-ranges.ts';
import { type Stage, setStage } from '../support/stage.ts';
import { some, some6 } from './world.ts';

/** What is served, and what was asked for. */
let answer: {
  status?: number;
  body: string;
  etag?: string;
  to?: string;
  hangs?: true;
  meanwhile?: () => Promise<unknown>;
};
let asked: (string | undefined)[];
let server: Server;
let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
  server = createServer(async (request, response) => {
    const tag = request.headers['if-none-match'];
    asked.push(tag);
    await answer.meanwhile?.();
    if (answer.hangs) return request.socket.destroy();
    if (tag && tag === answer.etag) return response.writeHead(304).end();
    const headers = { ...(answer.etag && { etag: answer.etag }), ...(answer.to && { location: answer.to }) };
    return response.writeHead(answer.status ?? 200, headers).end(answer.body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  process.env.IP_RANGES_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ip-ranges.json`;
});
afterAll(async () => {
  await stage.close();
  server.closeAllConnections();
  await new Promise((over) => server.close(over));
});
beforeEach(async () => {
  await stage.fresh();
  asked = [];
});

const NOW = new Date('2026-01-02T03:04:05Z');
const TOKEN = 1_767_000_000;
const listOf = (token: number, cidrs: readonly string[]): string =>
  JSON.stringify({
    syncToken: String(token),
    prefixes: cidrs
      .filter((cidr) => !cidr.includes(':'))
      .flatMap((ip_prefix) => [
        { ip_prefix, service: 'CLOUDFRONT_ORIGIN_FACING' },
        { ip_prefix, service: 'CLOUDFRONT' },
        { ip_prefix, service: 'AMAZON' },
      ]),
    ipv6_prefixes: cidrs
      .filter((cidr) => cidr.includes(':'))
      .map((ipv6_prefix) => ({ ipv6_prefix, service: 'CLOUDFRONT' })),
  });
const refresh = (more: Partial<Refresh> = {}) => refreshRanges({ now: NOW, within: 0, ...more });
const known = async () => (await refreshRanges({ now: NOW })).ranges;

it('reads the list and keeps it for a day, and then asks whether it is still the one', async () => {
  answer = { body: listOf(TOKEN, [...some(10), ...some6(4)]), etag: '"a"' };
  const first = await refresh();
  expect(first).toMatchObject({ read: 'newer', ranges: { token: TOKEN } });
  expect(first.ranges?.blocks.CLOUDFRONT?.map(textOf)).toEqual([...some(10), ...some6(4)]);
  expect(await refresh({ within: 60 })).toEqual({ ...first, read: 'fresh' });
  const later = new Date(NOW.getTime() + 90_000_000);
  expect(await refreshRanges({ now: later })).toEqual({ ...first, read: 'known' });
  expect(asked).toEqual([undefined, '"a"']);
  expect((await findRanges())?.readAt).toBe(later.toISOString());
});

it.each([
  ['a page', '<html>Service unavailable</html>'],
  ['half of it', listOf(TOKEN + 9, some(10)).slice(0, 200)],
  ['an address of a private network', listOf(TOKEN + 9, [...some(10), '10.0.0.0/16'])],
  ['everything', listOf(TOKEN + 9, [...some(10), '0.0.0.0/0'])],
  ['nothing of CloudFront', listOf(TOKEN + 9, [])],
  ['a tenth of it', listOf(TOKEN + 9, some(1))],
])('refuses %s in its place, and what was known goes on to count', async (_, body) => {
  answer = { body: listOf(TOKEN, some(10)) };
  await refresh();
  answer = { body };
  expect(await refresh()).toMatchObject({
    read: 'refused',
    ranges: { token: TOKEN },
    problem: { code: expect.stringMatching(/^RANGES_(MALFORMED|SUSPICIOUS)$/) },
  });
  expect((await known())?.token).toBe(TOKEN);
});

it('takes a list that looks odd once a person has accepted it', async () => {
  answer = { body: listOf(TOKEN, some(10)) };
  await refresh();
  answer = { body: listOf(TOKEN + 1, some(2)) };
  expect(await refresh()).toMatchObject({ read: 'refused' });
  await acceptRanges(TOKEN + 1, 'somebody', NOW);
  expect(await refresh()).toMatchObject({ read: 'newer', ranges: { token: TOKEN + 1 } });
});

it('never goes back to an older list, and says so', async () => {
  answer = { body: listOf(TOKEN, some(10)) };
  await refresh();
  answer = { body: listOf(TOKEN - 1, some(12)) };
  expect(await refresh()).toMatchObject({
    read: 'older',
    ranges: { token: TOKEN },
    problem: { code: 'RANGES_OLDER', message: expect.stringContaining(String(TOKEN - 1)) },
  });
});

it.each([
  ['with less in it', some(1)],
  ['with a little more', some(11)],
  ['with the largest ranges that there are', ['16', '17', '18', '20', '34', '52'].map((one) => `${one}.0.0.0/8`)],
])('refuses another list under the token that is known, %s', async (_, cidrs) => {
  answer = { body: listOf(TOKEN, some(10)) };
  const first = await refresh();
  await acceptRanges(TOKEN, 'somebody', NOW);
  answer = { body: listOf(TOKEN, cidrs), etag: '"other"' };
  expect(await refresh()).toMatchObject({ read: 'refused', problem: { code: 'RANGES_SUSPICIOUS' } });
  expect(await known()).toEqual(first.ranges);
  expect(await findRanges()).not.toHaveProperty('etag');
});

it.each([
  ['the one that is known', listOf(TOKEN, some(10)), '"a"'],
  ['the one that is known, without a tag', listOf(TOKEN, some(10)), '"b"'],
  ['a newer one', listOf(TOKEN + 1, some(11)), '"b"'],
])('goes on with a newer list that somebody else reads at the same moment as %s', async (_, body, etag) => {
  answer = { body: listOf(TOKEN, some(10)), etag: '"a"' };
  await refresh();
  const blocks = { CLOUDFRONT: some(12), CLOUDFRONT_ORIGIN_FACING: some(12) };
  const meanwhile = () => keepRanges({ token: TOKEN + 9, readAt: NOW.toISOString(), blocks });
  answer = { body, etag, meanwhile };
  const read = await refresh();
  expect(read).toMatchObject({ read: 'older', ranges: { token: TOKEN + 9 } });
  expect(read).not.toHaveProperty('problem');
});

it('takes no list from the future, which would keep out all that come until then', async () => {
  answer = { body: listOf(999_999_999_999, some(10)) };
  expect(await refresh()).toMatchObject({ read: 'refused', problem: { code: 'RANGES_MALFORMED' } });
  answer = { body: listOf(TOKEN, some(10)) };
  expect(await refresh()).toMatchObject({ read: 'newer' });
});

it('believes the digest that was announced with the list', async () => {
  const body = listOf(TOKEN, some(10));
  answer = { body };
  const md5 = createHash('md5').update(body).digest('hex');
  const announced = (token: number, digest: string) => refresh({ announced: { token, md5: digest } });
  expect(await announced(TOKEN, 'f'.repeat(32))).toMatchObject({
    read: 'refused',
    problem: { code: 'RANGES_MALFORMED' },
  });
  expect(await announced(TOKEN + 1, md5)).toMatchObject({ read: 'unreachable', problem: { code: 'RANGES_STALE' } });
  expect(await announced(TOKEN, md5)).toMatchObject({ read: 'newer' });
  // Another one came after the one that was announced.
  expect(await announced(TOKEN - 1, 'f'.repeat(32))).toMatchObject({ read: 'known' });
});

it('believes it whoever reads that list next', async () => {
  const md5 = createHash('md5')
    .update(listOf(TOKEN, some(10)))
    .digest('hex');
  answer = { body: listOf(TOKEN, some(9)) };
  expect(await refresh({ announced: { token: TOKEN, md5 } })).toMatchObject({ read: 'refused' });
  expect(await refresh()).toMatchObject({ read: 'refused', problem: { code: 'RANGES_MALFORMED' } });
  expect(await known()).toBeUndefined();
  answer = { body: listOf(TOKEN, some(10)) };
  expect(await refresh()).toMatchObject({ read: 'newer' });
});

it('compares it with a list that was read before it was announced, which is read again for that', async () => {
  answer = { body: listOf(TOKEN, some(9)), etag: '"a"' };
  await refresh();
  const md5 = createHash('md5')
    .update(listOf(TOKEN, some(10)))
    .digest('hex');
  expect(await refresh({ announced: { token: TOKEN, md5 } })).toMatchObject({
    read: 'refused',
    problem: { code: 'RANGES_MALFORMED' },
  });
  expect(asked).toEqual([undefined, undefined]);
});

it.each([
  ['does not answer', { body: '', hangs: true as const }],
  ['has a fault', { body: '', status: 500 }],
  ['leads elsewhere', { body: '', status: 302, to: 'http://127.0.0.1:1/' }],
  ['is too large', { body: ' '.repeat(21 * 2 ** 20) }],
])('says that the list cannot be read where AWS %s', async (_, given) => {
  answer = given;
  expect(await refresh()).toEqual({
    read: 'unreachable',
    problem: expect.objectContaining({ code: 'RANGES_UNREACHABLE' }),
  });
});

describe('the ranges of another service', () => {
  const SHIELDED = ['15.197.0.0/24', '99.82.160.0/24'];
  const withAccelerator = (token: number, cidrs: readonly string[], more = {}) => {
    const list = JSON.parse(listOf(token, some(10)));
    const entries = cidrs.map((ip_prefix) => ({
      ip_prefix,
      region: 'eu-west-1',
      service: 'GLOBALACCELERATOR',
      ...more,
    }));
    return JSON.stringify({ ...list, prefixes: [...list.prefixes, ...entries] });
  };
  const accelerator = async () => (await known())?.blocks.GLOBALACCELERATOR?.map(textOf);

  it('are read as soon as they are asked for, though the list is known, and with each list from then on', async () => {
    answer = { body: withAccelerator(TOKEN, SHIELDED), etag: '"a"' };
    await refresh();
    expect(await accelerator()).toBeUndefined();
    expect(await refreshRanges({ now: NOW, service: 'GLOBALACCELERATOR' })).toMatchObject({ read: 'known' });
    expect(await accelerator()).toEqual(SHIELDED);
    expect(await refreshRanges({ now: NOW, service: 'GLOBALACCELERATOR' })).toMatchObject({ read: 'fresh' });
    answer = { body: withAccelerator(TOKEN + 1, SHIELDED.slice(1)), etag: '"b"' };
    expect(await refresh()).toMatchObject({ read: 'newer' });
    expect(await accelerator()).toEqual(SHIELDED.slice(1));
    expect(asked).toEqual([undefined, undefined, '"a"']);
  });

  it('are not forgotten by who reads a newer list at the same moment', async () => {
    answer = { body: withAccelerator(TOKEN, SHIELDED) };
    await refresh();
    const meanwhile = async () => {
      answer = { body: withAccelerator(TOKEN, SHIELDED) };
      await refresh({ service: 'GLOBALACCELERATOR' });
      answer = { body: withAccelerator(TOKEN + 1, SHIELDED) };
    };
    answer = { body: '', meanwhile };
    expect(await refresh()).toMatchObject({ read: 'newer', ranges: { token: TOKEN + 1 } });
    expect(await accelerator()).toEqual(SHIELDED);
  });

  it('that the list does not have leave nothing behind, and the services are told that it has', async () => {
    answer = { body: withAccelerator(TOKEN, SHIELDED) };
    expect(await refresh({ service: 'GLOBALACELERATOR' })).toMatchObject({
      read: 'newer',
      services: ['CLOUDFRONT', 'CLOUDFRONT_ORIGIN_FACING', 'GLOBALACCELERATOR'],
    });
    expect(Object.keys((await findRanges())?.blocks ?? {}).sort()).toEqual(['CLOUDFRONT', 'CLOUDFRONT_ORIGIN_FACING']);
  });

  it('that look odd are not taken, and those of CloudFront go on to count', async () => {
    answer = { body: listOf(TOKEN, some(10)) };
    await refresh();
    const large = ['15.0.0.0/8', '52.0.0.0/8', '54.0.0.0/8', '99.0.0.0/8', '3.0.0.0/8'];
    answer = { body: withAccelerator(TOKEN, large) };
    const read = await refresh({ service: 'GLOBALACCELERATOR' });
    expect(read).toMatchObject({ read: 'refused', problem: { code: 'RANGES_SUSPICIOUS' }, ranges: { token: TOKEN } });
    expect(await accelerator()).toBeUndefined();
  });
});
