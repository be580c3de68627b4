import fc from 'fast-check';
import { aggregate, isWithin, sharedBy } from '../../shared/edge/aggregate.ts';
import { type Block, textOf } from '../../shared/edge/cidr.ts';
import { type ListChanges, type PrefixList, reconcileList, sizeFor } from '../../shared/edge/prefix-list.ts';
import type { Problem } from '../../shared/errors.ts';
import { block, blocks, sorted } from './blocks.ts';

const list = (cidrs: readonly string[], maxEntries = 60): PrefixList => ({ id: 'pl-1', version: 3, maxEntries, cidrs });

const isRefused = (changes: ListChanges | Problem): changes is Problem => 'code' in changes;

function changesOf(...args: Parameters<typeof reconcileList>): ListChanges {
  const changes = reconcileList(...args);
  if (isRefused(changes)) throw new Error(changes.message);
  return changes;
}

/** As AWS makes one version of another: what is not there cannot be removed, what is there cannot be added. */
function versionAfter(cidrs: readonly string[], { add, remove }: ListChanges['calls'][number]): string[] {
  const added = add.map(textOf);
  expect(remove.filter((cidr) => !cidrs.includes(cidr))).toEqual([]);
  expect(added.filter((cidr) => cidrs.includes(cidr))).toEqual([]);
  expect(Math.max(added.length, remove.length)).toBeLessThanOrEqual(100);
  return [...cidrs.filter((cidr) => !remove.includes(cidr)), ...added];
}

/** Single addresses and pairs of them out of 1,024, so that hundreds of blocks stay apart when they are aggregated. */
const manyBlocks = fc
  .uniqueArray(fc.nat(511), { maxLength: 420 })
  .chain((places) =>
    fc.tuple(fc.constant(places), fc.array(fc.boolean(), { minLength: places.length, maxLength: places.length })),
  )
  .map(([places, whole]) =>
    places.map(
      (place, at): Block => ({
        family: 4,
        first: 0x0d200000n + BigInt(2 * place),
        bits: whole[at] ? 31 : 32,
      }),
    ),
  );

describe('a prefix list that we keep', () => {
  test('is changed by one call where it needs no more', () => {
    const there = list(['13.32.0.0/15', '13.35.0.0/16']);
    expect(reconcileList(blocks('13.32.0.0/15', '52.46.0.0/18'), there, 4, 60)).toEqual({
      calls: [{ add: [block('52.46.0.0/18')], remove: ['13.35.0.0/16'] }],
    });
  });

  test('is left alone where it is right, in whatever form its entries are', () => {
    const there = list(['2600:9000:0DDD:0:0:0:0:0/48', '2600:9000:5200::/40']);
    expect(reconcileList(blocks('2600:9000:5200::/40', '2600:9000:ddd::/48'), there, 6, 60)).toEqual({ calls: [] });
  });

  test('loses an entry by the name that it has there', () => {
    const there = list(['2600:9000:0DDD:0:0:0:0:0/48', '2600:9000:5200::/40']);
    expect(changesOf(blocks('2600:9000:5200::/40'), there, 6, 60).calls).toEqual([
      { add: [], remove: ['2600:9000:0DDD:0:0:0:0:0/48'] },
    ]);
  });

  test('grows first where it has no room, and a little more than it needs', () => {
    const desired = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20].map((byte) => block(`13.32.${byte}.0/24`));
    expect(changesOf(desired, list(['13.32.0.0/24'], 10), 4, 60).resize).toBe(14);
    expect(changesOf(desired, list(['13.32.0.0/24'], 11), 4, 60)).not.toHaveProperty('resize');
    expect(changesOf(desired, list(['13.32.0.0/24'], 10), 4, 12).resize).toBe(12);
  });

  test('is not changed at all where a group could not name it any more', () => {
    const desired = [0, 2, 4].map((byte) => block(`13.32.${byte}.0/24`));
    expect(reconcileList(desired, list(['13.32.0.0/24'], 2), 4, 2)).toMatchObject({
      code: 'EDGE_QUOTA',
      message: 'a prefix list of 3 IPv4 ranges counts as as many rules, and a group may have 2',
    });
  });

  test('that became too long when the quota was lowered can still become shorter, and as long as it is', () => {
    const there = list(['13.32.0.0/24', '13.32.2.0/24', '13.32.4.0/24'], 3);
    expect(changesOf(blocks('13.32.0.0/24', '13.32.2.0/24'), there, 4, 2).calls).toHaveLength(1);
    expect(changesOf(blocks('13.32.0.0/24', '13.32.2.0/24', '13.32.6.0/24'), there, 4, 2)).toEqual({
      calls: [{ add: [block('13.32.6.0/24')], remove: ['13.32.4.0/24'] }],
    });
    const longer = blocks('13.32.0.0/24', '13.32.2.0/24', '13.32.4.0/24', '13.32.6.0/24');
    expect(reconcileList(longer, there, 4, 2)).toMatchObject({ code: 'EDGE_QUOTA' });
  });

  test('of 130 entries that become 150 others takes as few calls as AWS allows', () => {
    const [before, after] = [
      [130, 13],
      [150, 52],
    ].map(([many = 0, byte]) => Array.from({ length: many }, (_, at) => block(`${byte}.0.${at}.0/24`)));
    const { calls, resize } = changesOf(after ?? [], list((before ?? []).map(textOf), 200), 4, 1_000);
    expect(calls.map(({ add, remove }) => [add.length, remove.length])).toEqual([
      [100, 0],
      [50, 100],
      [0, 30],
    ]);
    expect(resize).toBe(276);
  });
});

describe('whatever a list held and is to hold', () => {
  const cases = fc.record({
    before: manyBlocks,
    desired: manyBlocks.map(aggregate),
    spare: fc.nat(50),
    allowed: fc.integer({ min: 1, max: 1_000 }),
  });

  test('each version of it holds all that the first and the last share, and the last one is right', () => {
    fc.assert(
      fc.property(cases, ({ before, desired, spare }) => {
        let now = before.map(textOf);
        const shared = sharedBy(before, desired);
        for (const call of changesOf(desired, list(now, now.length + spare), 4, 1_000).calls) {
          now = versionAfter(now, call);
          expect(isWithin(shared, blocks(...now))).toBe(true);
          if (desired.length > 0) expect(now).not.toEqual([]);
        }
        expect(sorted(now)).toEqual(sorted(desired.map(textOf)));
        expect(reconcileList(desired, list(now, 1_000), 4, 1_000)).toEqual({ calls: [] });
      }),
    );
  });

  test('no version has more entries than its size, and it is made no larger than a group may name', () => {
    fc.assert(
      fc.property(cases, ({ before, desired, spare, allowed }) => {
        let now = before.map(textOf);
        const size = now.length + spare;
        const changes = reconcileList(desired, list(now, size), 4, allowed);
        if (isRefused(changes)) {
          expect(changes.code).toBe('EDGE_QUOTA');
          // With so few to change, one call is enough, and what comes takes the place of what goes.
          if (Math.max(before.length, desired.length) <= 100) expect(desired.length).toBeGreaterThan(allowed);
          return;
        }
        if (changes.resize !== undefined) {
          expect(changes.resize).toBeGreaterThan(size);
          expect(changes.resize).toBeLessThanOrEqual(allowed);
        }
        for (const call of changes.calls) {
          now = versionAfter(now, call);
          expect(now.length).toBeLessThanOrEqual(changes.resize ?? size);
        }
      }),
    );
  });
});

describe('the size that a list is made with', () => {
  test.each([
    [1, 60, 10],
    [9, 60, 11],
    [47, 60, 57],
    [51, 60, 60],
    [60, 60, 60],
    [5, 7, 7],
    [9, 7, 9],
  ])('%d entries, of %d rules that a group may have: %d', (entries, allowed, size) => {
    expect(sizeFor(entries, allowed)).toBe(size);
  });
});
