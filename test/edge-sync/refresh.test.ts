import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { textOf } from '../../shared/edge/cidr.ts';
import { type Refresh, refreshRanges } from '../../shared/edge-sync/refresh.ts';
import { acceptRanges, findRanges } from '../../shared/ledger/edge.ts';
import { type Stage, setStage } from '../support/stage.ts';
import { some, some6 } from './world.ts';

/** What is served, and what was asked for. */
let answer: { status?: number; body: string; etag?: string; to?: string; hangs?: true };
let asked: (string | undefined)[];
let server: Server;
let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
  server = createServer((request, response) => {
    const tag = request.headers['if-none-match'];
    asked.push(tag);
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
  expect(first.ranges?.blocks.CLOUDFRONT.map(textOf)).toEqual([...some(10), ...some6(4)]);
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

it('never goes back to an older list', async () => {
  answer = { body: listOf(TOKEN, some(10)) };
  await refresh();
  answer = { body: listOf(TOKEN - 1, some(12)) };
  expect(await refresh()).toMatchObject({ read: 'older', ranges: { token: TOKEN } });
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
