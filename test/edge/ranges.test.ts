import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { textOf } from '../../shared/edge/cidr.ts';
import { parseRanges, type Ranges, type Service } from '../../shared/edge/ranges.ts';
import type { Problem } from '../../shared/errors.ts';

const published = (year: number) =>
  readFileSync(join(__dirname, `../../bench/edge/data/ip-ranges-${year}-07-01.json`), 'utf8');

interface Entry {
  ip_prefix?: unknown;
  ipv6_prefix?: unknown;
  service?: unknown;
}
const v4 = (prefix: string, service = 'CLOUDFRONT'): Entry => ({ ip_prefix: prefix, service });
const v6 = (prefix: string, service = 'CLOUDFRONT'): Entry => ({ ipv6_prefix: prefix, service });

const listOf = (entries: readonly unknown[], more: object = {}) =>
  JSON.stringify({
    syncToken: '1719855189',
    prefixes: entries.filter((entry) => !Object.hasOwn(entry as object, 'ipv6_prefix')),
    ipv6_prefixes: entries.filter((entry) => Object.hasOwn(entry as object, 'ipv6_prefix')),
    ...more,
  });

function textsIn(list: Ranges | Problem, service: Service = 'CLOUDFRONT'): string[] {
  if ('code' in list) throw new Error(list.message);
  return (list.blocks[service] ?? []).map(textOf);
}

describe('a list as AWS publishes it', () => {
  test('is its token and, for each service that a pilot may name, its ranges, aggregated', () => {
    const list = listOf([
      v4('13.33.0.0/16'),
      v6('2600:9000:5200::/40'),
      v4('13.32.0.0/16'),
      v4('120.52.22.96/27', 'CLOUDFRONT_ORIGIN_FACING'),
      v4('3.5.140.0/22', 'S3'),
    ]);
    expect(parseRanges(list)).toMatchObject({ token: 1719855189 });
    expect(textsIn(parseRanges(list))).toEqual(['13.32.0.0/15', '2600:9000:5200::/40']);
    expect(textsIn(parseRanges(list), 'CLOUDFRONT_ORIGIN_FACING')).toEqual(['120.52.22.96/27']);
  });

  test.each([
    [2020, 1593564553, { CLOUDFRONT: [95, 8], CLOUDFRONT_ORIGIN_FACING: [0, 0] }],
    [2024, 1719855189, { CLOUDFRONT: [156, 26], CLOUDFRONT_ORIGIN_FACING: [47, 0] }],
  ] as [number, number, Record<Service, number[]>][])('of July %d is read', (year, token, counts) => {
    const read = parseRanges(published(year)) as Ranges;
    expect(read.token).toBe(token);
    for (const [service, blocks] of Object.entries(read.blocks))
      expect([service, [4, 6].map((family) => blocks.filter((block) => block.family === family).length)]).toEqual([
        service,
        counts[service],
      ]);
  });

  test('may have a range twice, or one within another: each address is let in once', () => {
    const list = listOf([v4('13.32.0.0/15'), v4('13.32.0.0/15'), v4('13.33.7.0/24')]);
    expect(textsIn(parseRanges(list))).toEqual(['13.32.0.0/15']);
  });

  test('may have a service without ranges: what that means is judged, not read', () => {
    const list = listOf([v4('13.32.0.0/15', 'CLOUDFRONT_ORIGIN_FACING')]);
    expect(textsIn(parseRanges(list))).toEqual([]);
  });

  test('may say more of a range than is read, and have services that nobody names', () => {
    const entry = { ...v4('13.32.0.0/15'), region: 'GLOBAL', network_border_group: 'GLOBAL' };
    const strange = v4('10.0.0.0/7', 'constructor');
    expect(textsIn(parseRanges(listOf([entry, strange], { createDate: '2024-07-01-17-33-09' })))).toEqual([
      '13.32.0.0/15',
    ]);
  });
});

describe('further services', () => {
  const at = (prefix: string, service: string, region: string) => ({ ...v4(prefix, service), region });
  const list = listOf([
    v4('13.32.0.0/15'),
    at('15.197.0.0/24', 'GLOBALACCELERATOR', 'us-west-2'),
    at('99.82.160.0/24', 'GLOBALACCELERATOR', 'GLOBAL'),
    at('3.64.1.0/24', 'API_GATEWAY', 'eu-central-1'),
    at('18.206.1.0/24', 'API_GATEWAY', 'us-east-1'),
    at('52.94.5.0/24', 'API_GATEWAY', 'GLOBAL'),
    at('18.231.0.0/24', 'CODEBUILD', 'sa-east-1'),
    { ...v6('2600:1f14::/48', 'DYNAMODB'), region: 'eu-central-1' },
  ]);
  const read = (...services: string[]) => parseRanges(list, { services, region: 'eu-central-1' });

  test('are read where they are asked for', () => {
    expect(Object.keys((read('API_GATEWAY') as Ranges).blocks).sort()).toEqual([
      'API_GATEWAY',
      'CLOUDFRONT',
      'CLOUDFRONT_ORIGIN_FACING',
    ]);
    expect(textsIn(read('API_GATEWAY', 'CODEBUILD'), 'CODEBUILD')).toEqual([]);
  });

  test('that are bound to regions have the ranges of the own one, and those of none', () => {
    expect(textsIn(read('API_GATEWAY'), 'API_GATEWAY')).toEqual(['3.64.1.0/24', '52.94.5.0/24']);
  });

  test('that speak from everywhere have all of theirs', () => {
    expect(textsIn(read('GLOBALACCELERATOR'), 'GLOBALACCELERATOR')).toEqual(['15.197.0.0/24', '99.82.160.0/24']);
  });

  test('are told by their names where a group could let them in here', () => {
    expect(read()).toMatchObject({ services: ['API_GATEWAY', 'CLOUDFRONT', 'GLOBALACCELERATOR'] });
  });

  test('are read as strictly as CloudFront’s', () => {
    const odd = listOf([v4('13.32.0.0/15'), at('10.1.0.0/16', 'API_GATEWAY', 'GLOBAL')]);
    expect(parseRanges(odd, { services: ['API_GATEWAY'], region: 'eu-central-1' })).toMatchObject({
      code: 'RANGES_MALFORMED',
    });
  });
});

describe('nothing is taken from a list that is not as it has to be', () => {
  const troubleOf = (text: string) => {
    const problem = parseRanges(text);
    if (!('code' in problem)) throw new Error('it was read');
    expect(problem).toMatchObject({ code: 'RANGES_MALFORMED', hint: expect.stringContaining('no rule was changed') });
    return problem.message.replace('AWS’s list of its addresses ', '');
  };

  test.each([
    ['HTML', '<!doctype html><title>503 Service Unavailable</title>'],
    ['nothing', ''],
    ['a list that is cut off', published(2024).slice(0, 20_000)],
    ['one byte too few', published(2024).trimEnd().slice(0, -1)],
    ['something after it', `${published(2024)}{}`],
    ['text', '"ok"'],
    ['null', 'null'],
    ['an array', '[]'],
  ])('%s', (_, text) => {
    expect(troubleOf(text)).toBe('is not JSON');
  });

  test.each([
    ['no syncToken', { syncToken: undefined }, 'has no syncToken'],
    ['a number as syncToken', { syncToken: 1719855189 }, 'has no syncToken'],
    ['a date as syncToken', { syncToken: '2024-07-01-17-33-09' }, 'has no syncToken'],
    ['a negative syncToken', { syncToken: '-719855189' }, 'has no syncToken'],
    ['a syncToken that no date is as large as', { syncToken: '9'.repeat(13) }, 'has no syncToken'],
    ['no prefixes', { prefixes: undefined }, 'has no prefixes'],
    ['prefixes that are no list', { prefixes: { 0: v4('13.32.0.0/15') } }, 'has no prefixes'],
    ['no ipv6_prefixes', { ipv6_prefixes: null }, 'has no ipv6_prefixes'],
  ])('%s', (_, more, trouble) => {
    expect(troubleOf(listOf([v4('13.32.0.0/15')], more))).toBe(trouble);
  });

  test.each([
    ['null', null],
    ['text', '13.32.0.0/15'],
    ['an array', ['13.32.0.0/15', 'CLOUDFRONT']],
    ['no service', { ip_prefix: '13.32.0.0/15' }],
    ['a number as service', { ip_prefix: '13.32.0.0/15', service: 1 }],
    ['no range', { service: 'S3' }],
    ['a number as range', { ip_prefix: 13.32, service: 'CLOUDFRONT' }],
  ])('%s in place of an entry', (_, entry) => {
    const list = listOf([], { prefixes: [v4('13.32.0.0/15'), entry] });
    expect(troubleOf(list)).toBe('has something else than a range at prefixes[1]');
  });

  test.each([
    ['13.32.0.0/33', 'has more than 32 bits'],
    ['13.33.0.0/15', 'has bits set after the first 15'],
    ['013.32.0.0/15', 'is no block of addresses'],
    ['13.32.0.0', 'is no block of addresses'],
    ['2600:9000:5200::/40', 'is not IPv4'],
    ['0.0.0.0/0', 'lets in more than a /8'],
    ['12.0.0.0/7', 'lets in more than a /8'],
    ['0.0.0.0/8', 'is no public range: 0.0.0.0/8 is not'],
    ['10.0.0.0/8', 'is no public range: 10.0.0.0/8 is not'],
    ['10.1.2.0/24', 'is no public range: 10.0.0.0/8 is not'],
    ['100.64.0.0/16', 'is no public range: 100.64.0.0/10 is not'],
    ['127.0.0.1/32', 'is no public range: 127.0.0.0/8 is not'],
    ['169.254.169.254/32', 'is no public range: 169.254.0.0/16 is not'],
    ['172.31.0.0/16', 'is no public range: 172.16.0.0/12 is not'],
    ['192.0.0.0/9', 'is no public range: 192.0.0.0/24 is not'],
    ['192.168.0.0/24', 'is no public range: 192.168.0.0/16 is not'],
    ['203.0.113.0/24', 'is no public range: 203.0.113.0/24 is not'],
    ['224.0.0.0/8', 'is no public range: 224.0.0.0/3 is not'],
    ['255.255.255.255/32', 'is no public range: 224.0.0.0/3 is not'],
  ])('the IPv4 range %s', (prefix, trouble) => {
    expect(troubleOf(listOf([v4('13.32.0.0/15'), v4(prefix)]))).toBe(
      `has "${prefix}" at prefixes[1], which ${trouble}`,
    );
  });

  test.each([
    ['2600:9000:5200::/129', 'has more than 128 bits'],
    ['2600:9000:5200::1/40', 'has bits set after the first 40'],
    ['13.32.0.0/15', 'is not IPv6'],
    ['::ffff:13.32.0.0/111', 'is an IPv4 address in an IPv6 one'],
    ['::ffff:d20:0/111', 'is an IPv4 address in an IPv6 one'],
    ['::/0', 'lets in more than a /20'],
    ['2600::/19', 'lets in more than a /20'],
    ['2001::/32', 'is no public range: 2001::/23 is not'],
    ['2001:db8::/32', 'is no public range: 2001:db8::/32 is not'],
    ['2002:d20::/32', 'is no public range: 2002::/16 is not'],
    ['3fff::/20', 'is no public range: 3fff::/20 is not'],
    ['fc00::/20', 'is no public range: 2000::/3 is'],
    ['fe80::/64', 'is no public range: 2000::/3 is'],
    ['::1/128', 'is no public range: 2000::/3 is'],
  ])('the IPv6 range %s', (prefix, trouble) => {
    expect(troubleOf(listOf([v4('13.32.0.0/15'), v6(prefix)]))).toBe(
      `has "${prefix}" at ipv6_prefixes[0], which ${trouble}`,
    );
  });

  test('a range that goes on for ever is told in short', () => {
    expect(troubleOf(listOf([v4('1'.repeat(1_000_000))])).length).toBeLessThan(120);
  });
});
