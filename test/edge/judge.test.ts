import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '../../shared/edge/cidr.ts';
import { judge as judgeAt } from '../../shared/edge/judge.ts';
import { parseRanges, type Ranges } from '../../shared/edge/ranges.ts';
import { block, blocks } from './blocks.ts';

const published = (year: number) =>
  parseRanges(readFileSync(join(__dirname, `../../bench/edge/data/ip-ranges-${year}-07-01.json`), 'utf8')) as Ranges;

/** So many /24 of IPv4, each with a gap after it, beside a few of IPv6. */
const many = (count: number, ipv6 = 4, from = 0): Block[] => [
  ...Array.from({ length: count }, (_, at) => block(`13.32.${2 * (at + from)}.0/24`)),
  ...Array.from({ length: ipv6 }, (_, at) => block(`2600:9000:${2 * (at + from)}::/48`)),
];

const listOf = (token: number, cloudfront: Block[], originFacing = many(10)): Ranges => ({
  token,
  blocks: { CLOUDFRONT: cloudfront, CLOUDFRONT_ORIGIN_FACING: originFacing },
});

const NOW = new Date(1_800_000_000_000);
const judge = (read: Ranges, of: Ranges | undefined, accepted?: number) =>
  judgeAt(read, { known: of, accepted, now: NOW });

const known = listOf(1_700_000_000, many(40));
const newer = (cloudfront: Block[], originFacing?: Block[]) => listOf(1_700_000_001, cloudfront, originFacing);

describe('a list that was read', () => {
  test('is known where it is the same', () => {
    expect(judge(listOf(known.token, many(40)), known)).toEqual({ judgement: 'known' });
  });

  test.each([
    ['none', []],
    ['one less', many(39)],
    ['one more of IPv6', many(40, 5)],
  ])('is another one under the same token with %s, which nobody can accept', (_, cloudfront) => {
    for (const accepted of [undefined, known.token])
      expect(judge(listOf(known.token, cloudfront), known, accepted)).toMatchObject({
        judgement: 'suspicious',
        problem: { code: 'RANGES_SUSPICIOUS', message: expect.stringContaining('under the same token') },
      });
  });

  test('comes at most a day before its time, and nobody can accept a later one', () => {
    const token = NOW.getTime() / 1000 + 86_400;
    expect(judge(listOf(token, many(40)), known)).toEqual({ judgement: 'newer' });
    for (const before of [known, undefined])
      expect(judge(listOf(token + 1, many(40)), before, token + 1)).toMatchObject({
        judgement: 'suspicious',
        problem: { code: 'RANGES_MALFORMED', message: expect.stringContaining(String(token + 1)) },
      });
  });

  test('is older where it was published before, so that a replay takes nothing back', () => {
    expect(judge(listOf(known.token - 1, many(40)), known)).toEqual({ judgement: 'older' });
    expect(judge(listOf(known.token - 1, many(40)), known, known.token - 1)).toEqual({ judgement: 'older' });
  });

  test.each([
    ['the same ranges', many(40)],
    ['a few more and a few less', many(42, 5, 2)],
    ['half of what was known', many(20, 2)],
    ['twice as much', many(80, 8)],
  ])('is newer with %s', (_, cloudfront) => {
    expect(judge(newer(cloudfront), known)).toEqual({ judgement: 'newer' });
  });

  test('of 2024 is taken where nothing is known', () => {
    expect(judge(published(2024), undefined)).toEqual({ judgement: 'newer' });
  });
});

describe('a service besides CloudFront’s', () => {
  const withService = (token: number, some: Block[]): Ranges => {
    const { blocks: own } = listOf(token, many(40));
    return { token, blocks: { ...own, CODEBUILD: some } };
  };
  const one = blocks('18.231.0.0/28');

  test('that was not asked for before makes the list that is known a wider one', () => {
    expect(judge(withService(known.token, one), known)).toEqual({ judgement: 'wider' });
    expect(judge(known, withService(known.token, one))).toEqual({ judgement: 'known' });
  });

  test('may have a single range, and get a few more', () => {
    const grown = withService(known.token + 1, blocks('18.231.0.0/28', '18.231.2.0/24', '18.231.4.0/24'));
    expect(judge(grown, withService(known.token, one))).toEqual({ judgement: 'newer' });
  });

  test.each([
    ['has grown beyond that', blocks('18.231.0.0/19'), 'has 512.00 times'],
    ['is another one', blocks('18.232.0.0/28'), 'has 0 % of'],
    ['is gone', [], 'has 0 % of'],
  ])('that %s needs a person’s word', (_, now, oddity) => {
    const read = withService(known.token + 1, now);
    expect(judge(read, withService(known.token, one))).toMatchObject({
      judgement: 'suspicious',
      problem: { code: 'RANGES_SUSPICIOUS', message: expect.stringContaining(`${oddity} the IPv4 addresses`) },
    });
    expect(judge(read, withService(known.token, one), read.token)).toEqual({ judgement: 'newer' });
  });

  test('is measured by what any of them ever had where nothing is known of it', () => {
    const large = blocks('13.0.0.0/8', '15.0.0.0/8', '18.0.0.0/8', '52.0.0.0/8', '99.0.0.0/8');
    expect(judge(withService(known.token, large), known)).toMatchObject({
      problem: { message: expect.stringContaining('than a service of AWS’s ever had, for CODEBUILD') },
    });
    expect(judge(withService(known.token, large), known, known.token)).toEqual({ judgement: 'wider' });
  });
});

describe('a list that a person has to look at', () => {
  const oddityOf = (...args: Parameters<typeof judge>) => {
    const judged = judge(...args);
    if (judged.judgement !== 'suspicious') return judged.judgement;
    expect(judged.problem).toMatchObject({
      code: 'RANGES_SUSPICIOUS',
      hint: expect.stringContaining(`pilot edge sync --accept ${args[0].token}`),
    });
    return judged.problem.message.replace(`AWS’s list ${args[0].token} `, '');
  };

  test.each([
    ['more than half is gone', many(19), 'has 48 % of the IPv4 addresses that were known, for CLOUDFRONT'],
    ['all of it is another', many(40, 4, 60), 'has 0 % of the IPv4 addresses that were known, for CLOUDFRONT'],
    ['a service is empty', [], 'has 0 % of the IPv4 addresses that were known, for CLOUDFRONT'],
    ['all of IPv6 is gone', many(40, 0), 'has 0 % of the IPv6 addresses that were known, for CLOUDFRONT'],
    ['it has grown', many(81), 'has 2.02 times the IPv4 addresses that were known, for CLOUDFRONT'],
    [
      'a range is a hundred times as large',
      [...many(40, 0), ...blocks('13.64.0.0/13', '2600:9000::/48', '2600:9000:2::/48', '2600:9000:4::/48')],
      'has 52.20 times the IPv4 addresses that were known, for CLOUDFRONT',
    ],
    [
      'IPv6 has grown',
      [...many(40), ...blocks('2600:9000:100::/40')],
      'has 65.00 times the IPv6 addresses that were known, for CLOUDFRONT',
    ],
  ])('%s', (_, cloudfront, oddity) => {
    expect(oddityOf(newer(cloudfront), known)).toBe(oddity);
  });

  test('one service is odd, though the other is as it was', () => {
    expect(oddityOf(newer(many(40), many(4)), known)).toBe(
      'has 40 % of the IPv4 addresses that were known, for CLOUDFRONT_ORIGIN_FACING',
    );
  });

  test.each([
    ['no range', many(0, 30), 'has only 0 ranges of IPv4, for CLOUDFRONT'],
    ['four ranges', many(4), 'has only 4 ranges of IPv4, for CLOUDFRONT'],
    [
      'more than a 64th of all addresses',
      blocks('13.0.0.0/8', '15.0.0.0/8', '18.0.0.0/8', '52.0.0.0/8', '99.0.0.0/8'),
      'has more IPv4 addresses than CloudFront ever had, for CLOUDFRONT',
    ],
    [
      'a larger part of IPv6 than it ever was',
      [...many(40), block('2600:9000::/27')],
      'has more IPv6 addresses than CloudFront ever had, for CLOUDFRONT',
    ],
  ])('the first one has %s', (_, cloudfront, oddity) => {
    expect(oddityOf(newer(cloudfront), undefined)).toBe(oddity);
  });

  test('a service or a family that had nothing is measured as the first one is', () => {
    const without = listOf(known.token, many(40, 0), []);
    expect(oddityOf(newer(many(40, 4), many(10)), without)).toBe('newer');
    expect(oddityOf(newer(many(40, 0), []), without)).toBe('newer');
    expect(oddityOf(newer(many(40, 0), many(4)), without)).toBe(
      'has only 4 ranges of IPv4, for CLOUDFRONT_ORIGIN_FACING',
    );
    const large = blocks('13.0.0.0/8', '15.0.0.0/8', '18.0.0.0/8', '52.0.0.0/8', '99.0.0.0/8');
    expect(oddityOf(newer(many(40, 0), large), without)).toBe(
      'has more IPv4 addresses than CloudFront ever had, for CLOUDFRONT_ORIGIN_FACING',
    );
    expect(oddityOf(newer([...many(40, 0), block('2600:9000::/27')], []), without)).toBe(
      'has more IPv6 addresses than CloudFront ever had, for CLOUDFRONT',
    );
  });

  test('after four years in which nobody looked', () => {
    expect(oddityOf(published(2024), published(2020))).toBe(
      'has 2.55 times the IPv4 addresses that were known, for CLOUDFRONT',
    );
  });

  test('is taken once a person has accepted it, and no other one with it', () => {
    const odd = newer(many(2));
    expect(judge(odd, known, odd.token)).toEqual({ judgement: 'newer' });
    expect(judge(odd, undefined, odd.token)).toEqual({ judgement: 'newer' });
    expect(judge(listOf(odd.token + 1, many(2)), known, odd.token)).toMatchObject({ judgement: 'suspicious' });
  });
});
