import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refresh, type Snapshot } from '../../build/prices/refresh.ts';
import { textOf } from '../../build/prices/text.ts';
import { CATALOGUE, type PriceId } from '../../shared/cost/catalogue.ts';
import { completeLists, ids, type Lists, pathOf, productOf, serve, write } from './bulk-lists.ts';

const LONDON = 'eu-west-2';
const old: Snapshot = {
  date: '2026-01-01',
  source: 'By hand.',
  regions: { [LONDON]: Object.fromEntries(ids.map((id) => [id, 7])) },
};

let folders: string[] = [];
afterEach(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  folders = [];
});

function folderOf(lists: Lists): string {
  const folder = write(lists);
  folders.push(folder);
  return folder;
}

const fromLists = (lists: Lists, regions = [LONDON]) => refresh(old, regions, folderOf(lists));

/** Complete lists, but for what the price's own list has. */
function listsWith(id: PriceId, change: (product: ReturnType<typeof productOf>) => ReturnType<typeof productOf>[]) {
  const lists = completeLists();
  const path = pathOf(id);
  const own = JSON.stringify(productOf(id));
  lists[path] = (lists[path] ?? []).flatMap((product) =>
    JSON.stringify(product) === own ? change(product) : [product],
  );
  return lists;
}

const priceOf = (snapshot: Snapshot, id: PriceId) => snapshot.regions[LONDON]?.[id];

describe("prices from AWS's lists", () => {
  it('finds every price, and counts it in our units', async () => {
    const { snapshot, problems } = await fromLists(completeLists());
    expect(problems).toEqual([]);
    expect(snapshot.date).toBe('2027-02-03');
    for (const id of ids) expect([id, priceOf(snapshot, id)]).toEqual([id, 0.125 * (CATALOGUE[id].times ?? 1)]);
    expect(snapshot.source).toBe("AWS's bulk price lists, read with `node build/prices.ts`.");
  });

  it('are the same from an address and from a folder', async () => {
    const folder = folderOf(completeLists());
    const server = await serve(folder);
    try {
      expect(await refresh(old, [LONDON], server.url)).toEqual(await refresh(old, [LONDON], folder));
    } finally {
      server.close();
    }
  });

  it('are the same bytes when read again, in order', async () => {
    const folder = folderOf(completeLists());
    const once = textOf((await refresh(old, [LONDON], folder)).snapshot);
    const again = textOf((await refresh(JSON.parse(once), [LONDON], folder)).snapshot);
    expect(again).toBe(once);
    const shuffled: Snapshot = JSON.parse(once);
    shuffled.regions = { [LONDON]: Object.fromEntries(Object.entries(shuffled.regions[LONDON] ?? {}).reverse()) };
    expect(textOf(shuffled)).toBe(once);
  });

  it('are the first tier that costs anything, wherever it stands', async () => {
    const tiered = listsWith('transfer.out.gb', (product) => [
      {
        ...product,
        tiers: [
          [10_240, '0.0850000000'],
          [100, '0.0900000000'],
          [0, '0.0000000000'],
        ],
      },
    ]);
    expect(priceOf((await fromLists(tiered)).snapshot, 'transfer.out.gb')).toBe(0.09);
    const plain = listsWith('transfer.out.gb', (product) => [
      {
        ...product,
        tiers: [
          [10_240, '0.0850000000'],
          [0, '0.1100000000'],
        ],
      },
    ]);
    expect(priceOf((await fromLists(plain)).snapshot, 'transfer.out.gb')).toBe(0.11);
  });

  it('leave no trace of binary fractions', async () => {
    const lists = listsWith('lambda.requests.million', (product) => [{ ...product, tiers: [[0, '0.0000002000']] }]);
    expect(priceOf((await fromLists(lists)).snapshot, 'lambda.requests.million')).toBe(0.2);
  });

  it.each([
    ['another operating system', { operatingSystem: 'Windows' }],
    ['dedicated hardware', { tenancy: 'Dedicated', usagetype: 'EUW2-DedicatedUsage:t4g.micro' }],
    ['reserved but unused capacity', { capacitystatus: 'UnusedCapacityReservation' }],
    ['another region', { usagetype: 'EUC1-BoxUsage:t4g.micro' }],
    ['an outpost', { usagetype: 'EUW2-Outposts-BoxUsage:t4g.micro' }],
  ])('are not those of %s', async (_, attributes) => {
    const lists = listsWith('ec2.t4g.micro.hour', (product) => [
      product,
      { ...product, attributes: { ...product.attributes, ...attributes }, tiers: [[0, '9.0000000000']] },
    ]);
    const { snapshot, problems } = await fromLists(lists);
    expect(problems).toEqual([]);
    expect(priceOf(snapshot, 'ec2.t4g.micro.hour')).toBe(0.125);
  });

  it("are not those of a database's extended support", async () => {
    const lists = listsWith('rds.mysql.db.t4g.micro.hour', (product) => [
      product,
      {
        ...product,
        attributes: { ...product.attributes, usagetype: 'EUW2-ExtendedSupport:Yr1-Yr2:MySQL5.7' },
        tiers: [[0, '9.0000000000']],
      },
    ]);
    expect((await fromLists(lists)).problems).toEqual([]);
  });

  it('may stand in the list twice when they are the same', async () => {
    const { problems } = await fromLists(listsWith('nat.hour', (product) => [product, product]));
    expect(problems).toEqual([]);
  });
});

describe('what cannot be found', () => {
  it.each<[string, Lists, string]>([
    ['is missing', listsWith('nat.hour', () => []), 'PRICE_MISSING'],
    ['is only free', listsWith('nat.hour', (product) => [{ ...product, tiers: [[0, '0.0']] }]), 'PRICE_MISSING'],
    [
      'is there twice and differs',
      listsWith('nat.hour', (product) => [product, { ...product, tiers: [[0, '0.2500000000']] }]),
      'PRICE_AMBIGUOUS',
    ],
  ])('stays as it was when it %s', async (_, lists, code) => {
    const { snapshot, problems } = await fromLists(lists);
    expect(problems).toEqual([
      expect.objectContaining({ code, message: expect.stringMatching(/^nat.hour in eu-west-2: /) }),
    ]);
    expect(priceOf(snapshot, 'nat.hour')).toBe(7);
    expect(priceOf(snapshot, 'nat.gb')).toBe(0.125);
    expect(snapshot.source).toMatch(/Older than the rest: nat.hour\.$/);
  });

  it('is no problem where the lists do not have it everywhere', async () => {
    const { snapshot, problems } = await fromLists(listsWith('fargate-spot.gb-hour', () => []));
    expect(problems).toEqual([]);
    expect(priceOf(snapshot, 'fargate-spot.gb-hour')).toBe(7);
    expect(snapshot.source).toMatch(/Older than the rest: fargate-spot.gb-hour\.$/);
  });

  it.each<[string, (file: string) => void, RegExp]>([
    ['not there', (file) => rmSync(file), /it is not there/],
    ['cut off', (file) => writeFileSync(file, readFileSync(file).subarray(0, -9)), /it ends in the middle/],
    ['no JSON', (file) => writeFileSync(file, '<Error/>'), /cannot be read/],
  ])('keeps its prices when a list is %s', async (_, spoil, why) => {
    const folder = folderOf(completeLists());
    spoil(join(folder, pathOf('alb.hour')));
    const { snapshot, problems } = await refresh(old, [LONDON], folder);
    expect(problems).toEqual([{ code: 'PRICE_LIST_UNREADABLE', message: expect.stringMatching(why) }]);
    expect(priceOf(snapshot, 'alb.hour')).toBe(7);
    expect(priceOf(snapshot, 'nat.hour')).toBe(0.125);
  });

  it('is a region that AWS lists otherwise or not at all', async () => {
    const { snapshot, problems } = await fromLists(completeLists(), ['eu-west-9']);
    expect(problems).toMatchObject([{ code: 'PRICE_REGION_UNKNOWN' }]);
    expect(snapshot).toEqual(old);
  });

  it('is told of a region that was not read this time', async () => {
    const more = { ...old, regions: { ...old.regions, 'us-east-1': { 'nat.hour': 1 } } };
    const { snapshot } = await refresh(more, [LONDON], folderOf(completeLists()));
    expect(snapshot.regions['us-east-1']).toEqual({ 'nat.hour': 1 });
    expect(snapshot.source).toMatch(/Older than the rest: us-east-1\.$/);
  });
});
