import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Row } from '../../bench/edge/four-groups.ts';
import type { Sized } from '../../bench/edge/growth.ts';
import { missedBy, missedByDeciding, missedByGrowth } from '../../bench/edge/judged.ts';
import { forSample, generated, publishedIn, withFiveChanged } from '../../bench/edge/published.ts';
import { aggregated, decided } from '../../bench/edge/pure.ts';
import { startWire, type Wire } from '../../bench/edge/wire.ts';
import { isWithin } from '../../shared/edge/aggregate.ts';
import { textOf } from '../../shared/edge/cidr.ts';

describe('what the bench of the edge brings groups to', () => {
  test.each(['CLOUDFRONT', 'CLOUDFRONT_ORIGIN_FACING'] as const)(
    'of %s five ranges change: two go, two come, and one becomes twice as large',
    (service) => {
      const before = publishedIn(2024);
      const after = withFiveChanged(before, service);
      const [then, now] = [before, after].map(({ ranges }) => ranges.blocks[service]?.map(textOf)) as [
        string[],
        string[],
      ];
      const gone = then.filter((text) => !now.includes(text));
      const come = now.filter((text) => !then.includes(text));
      expect([gone.length, come.length]).toEqual([3, 3]);
      expect(isWithin(before.ranges.blocks[service] ?? [], after.ranges.blocks[service] ?? [])).toBe(false);
      expect(after.ranges.token).toBe(before.ranges.token + 1);
    },
  );

  test('are as many ranges as are asked for, of which none joins another', () => {
    expect(generated(1_000).ranges.blocks.CLOUDFRONT_ORIGIN_FACING).toHaveLength(1_000);
  });

  test('are for the sample the IPv4 ranges as they are published, in two kinds', () => {
    const { cloudfront_g, cloudfront_r } = forSample(publishedIn(2020), 'CLOUDFRONT');
    expect([cloudfront_g.length, cloudfront_r.length]).toEqual([67, 31]);
  });
});

describe('what the bench of the edge counts', () => {
  let wire: Wire;
  let server: Server;
  const heard: string[] = [];

  beforeAll(async () => {
    server = createServer((_: IncomingMessage, to: ServerResponse) => {
      heard.push('done');
      to.writeHead(heard.length > 3 ? 400 : 200).end('<ok/>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    wire = await startWire();
    wire.leadTo((server.address() as AddressInfo).port);
    wire.onWrite(async (id) => void heard.push(id));
  });
  afterAll(async () => {
    await wire.stop();
    server.close();
    server.closeAllConnections();
  });

  const ask = async (service: string, body: string, target = '') => {
    const scope = `AWS4-HMAC-SHA256 Credential=test/20261121/us-east-1/${service}/aws4_request`;
    await fetch(wire.url, { method: 'POST', body, headers: { authorization: scope, 'x-amz-target': target } });
    heard.push('answered');
  };

  test('are looks, changes, those that are refused, and what Pilotage’s own table is asked', async () => {
    await ask('ec2', 'Filter.1.Name=group-id&Action=DescribeSecurityGroupRules');
    await ask('dynamodb', '{}', 'DynamoDB_20120810.UpdateItem');
    await ask('ec2', `${'IpPermissions.1.FromPort=443&'.repeat(200)}GroupId=sg-1&Action=AuthorizeSecurityGroupIngress`);
    expect(wire.taken()).toEqual({ reads: 1, writes: 1, refused: 1, ledger: 1 });
    expect(wire.taken()).toEqual({ reads: 0, writes: 0, refused: 0, ledger: 0 });
  });

  test('are changes that are looked at before whoever made them goes on', async () => {
    heard.length = 0;
    await ask('ec2', 'PrefixListId=pl-1&Action=ModifyManagedPrefixList');
    expect(heard).toEqual(['done', 'pl-1', 'answered']);
  });
});

describe('what the bench of the edge calls missed', () => {
  const row: Row = {
    ...{ who: 'rules', what: 'first', outcome: 'changed', right: true, ms: 10, memory: 200 },
    ...{ reads: 3, writes: 3, refused: 0, ledger: 3, states: 3, fewer: 0, goal: { reads: 3, writes: 3 } },
  };

  test.each<[string, Partial<Row>, string]>([
    ['a call too many', { writes: 4 }, 'rules, first: 4 writes, at most 3'],
    ['a look too many', { reads: 4 }, 'rules, first: 4 reads, at most 3'],
    ['less let in on the way', { fewer: 1 }, 'rules, first: 1 states with less than old and new share'],
    [
      'something else at the end',
      { right: false, outcome: 'EDGE_QUOTA' },
      'rules, first: not what is to be let in, EDGE_QUOTA',
    ],
  ])('is %s', (_, other, said) => {
    expect(missedBy([row])).toEqual([]);
    expect(missedBy([{ ...row, ...other }])).toEqual([said]);
  });

  test('is nothing of what has no goal', () => {
    const { goal: _, ...sample } = { ...row, fewer: 2, right: false };
    expect(missedBy([sample])).toEqual([]);
  });

  test('is more than ten times as many calls, or far more time, for ten times as much', () => {
    const { goal: _, ...plain } = row;
    const sized = (size: number, more: Partial<Sized>): Sized => ({ ...plain, size, ...more });
    expect(missedByGrowth([sized(10, {}), sized(100, { reads: 30, writes: 30, ledger: 30, ms: 300 })])).toEqual([]);
    expect(missedByGrowth([sized(10, {}), sized(100, { reads: 31, writes: 30, ledger: 30 })])).toEqual([
      'rules, first, 100: 91 calls, 9 for a tenth of it',
    ]);
    expect(missedByGrowth([sized(10, {}), sized(100, { ms: 301 })])).toEqual([
      'rules, first, 100: 301 ms, 10 ms for a tenth of it',
    ]);
    expect(missedByGrowth([sized(1, { fewer: 1 })])).toHaveLength(1);
  });

  test('is slow aggregation', () => {
    expect(missedByDeciding([], 200)).toEqual([]);
    expect(missedByDeciding([], 200.1)).toEqual(['100,000 ranges aggregated: 200.1 ms, at most 200']);
  });
});

test('the part without I/O runs', () => {
  expect(decided(10)).toMatchObject({ prefixes: 10, read: expect.any(Number), decide: expect.any(Number) });
  expect(aggregated(100)).toEqual(expect.any(Number));
});
