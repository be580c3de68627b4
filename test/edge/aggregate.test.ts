import fc from 'fast-check';
import { aggregate, countOf, isWithin, sharedBy } from '../../shared/edge/aggregate.ts';
import { type Block, type Family, textOf } from '../../shared/edge/cidr.ts';
import { addressesOf, anyBlock, blocks, smallBlocks, sorted } from './blocks.ts';

/** The last eight bits of each address of a family. */
const lowOf = (all: readonly Block[], family: Family) =>
  new Set(
    [...addressesOf(all.filter((one) => one.family === family))].map((one) => Number(BigInt(one.slice(2)) & 255n)),
  );

/** Blocks that hold exactly these, counted by halving: a whole is one, and else each half needs its own. */
function fewest(low: ReadonlySet<number>, first = 0, size = 256): number {
  const held = Array.from({ length: size }, (_, at) => low.has(first + at));
  if (held.every(Boolean)) return 1;
  if (!held.some(Boolean)) return 0;
  return fewest(low, first, size / 2) + fewest(low, first + size / 2, size / 2);
}

const inBoth = (one: ReadonlySet<string>, other: ReadonlySet<string>) => [...one].filter((each) => other.has(each));

const texts = (of: Parameters<typeof aggregate>[0]) => of.map(textOf);

describe('aggregation', () => {
  test.each([
    ['two halves become the whole', ['13.32.0.0/16', '13.33.0.0/16'], ['13.32.0.0/15']],
    ['neighbours that are no halves stay two', ['13.33.0.0/16', '13.34.0.0/16'], ['13.33.0.0/16', '13.34.0.0/16']],
    ['what is inside another goes', ['13.32.0.0/15', '13.33.7.0/24', '13.32.0.0/15'], ['13.32.0.0/15']],
    ['many join, over several steps', ['10.0.0.0/26', '10.0.0.64/26', '10.0.0.128/25', '10.0.1.0/24'], ['10.0.0.0/23']],
    ['all of IPv4 is one', ['128.0.0.0/1', '0.0.0.0/1'], ['0.0.0.0/0']],
    ['all of IPv6 is one', ['8000::/1', '::/1'], ['::/0']],
    ['families stay apart, IPv4 first', ['::/128', '0.0.0.1/32', '::1/128', '0.0.0.0/32'], ['0.0.0.0/31', '::/127']],
    ['nothing is nothing', [], []],
  ])('%s', (_, before, after) => {
    expect(texts(aggregate(blocks(...before)))).toEqual(after);
  });

  test('holds exactly the same addresses', () => {
    fc.assert(
      fc.property(smallBlocks, (all) => {
        expect(sorted(addressesOf(aggregate(all)))).toEqual(sorted(addressesOf(all)));
      }),
    );
  });

  test('has as few blocks as can hold them', () => {
    fc.assert(
      fc.property(smallBlocks, (all) => {
        for (const family of [4, 6] as const)
          expect(aggregate(all).filter((one) => one.family === family)).toHaveLength(fewest(lowOf(all, family)));
      }),
    );
  });

  test('does not depend on the order, on repetition, or on how often it is done', () => {
    fc.assert(
      fc.property(smallBlocks, fc.array(fc.nat(29)), (all, again) => {
        const repeated = [...again.flatMap((at) => all[at] ?? []), ...[...all].reverse()];
        expect(aggregate(repeated)).toEqual(aggregate(all));
        expect(aggregate(aggregate(all))).toEqual(aggregate(all));
      }),
    );
  });

  test('is in the order of the addresses, whatever their sizes', () => {
    fc.assert(
      fc.property(fc.array(anyBlock), (all) => {
        const places = aggregate(all).map(({ family, first }) => (BigInt(family) << 128n) + first);
        expect(places).toEqual([...places].sort((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  test('leaves what it was given as it was', () => {
    const given = Object.freeze(blocks('13.33.0.0/16', '13.32.0.0/16').map((one) => Object.freeze(one)));
    aggregate(given);
    expect(texts(given)).toEqual(['13.33.0.0/16', '13.32.0.0/16']);
  });
});

describe('counting', () => {
  test('is of one family, and of each address once', () => {
    fc.assert(
      fc.property(smallBlocks, (all) => {
        const held = [...addressesOf(all)];
        for (const family of [4, 6] as const)
          expect(countOf(all, family)).toBe(BigInt(held.filter((one) => one.startsWith(`${family} `)).length));
      }),
    );
  });
});

describe('what two share', () => {
  test('are the addresses that both hold, in the fewest blocks', () => {
    fc.assert(
      fc.property(smallBlocks, smallBlocks, (one, other) => {
        const shared = sharedBy(one, other);
        expect(sorted(addressesOf(shared))).toEqual(sorted(inBoth(addressesOf(one), addressesOf(other))));
        expect(shared).toEqual(aggregate(shared));
        expect(sharedBy(other, one)).toEqual(shared);
      }),
    );
  });

  test('is all of the inner one exactly where it is within the other', () => {
    fc.assert(
      fc.property(smallBlocks, smallBlocks, fc.boolean(), (inner, more, grown) => {
        const outer = grown ? [...inner, ...more] : more;
        expect(isWithin(inner, outer)).toBe(
          inBoth(addressesOf(inner), addressesOf(outer)).length === addressesOf(inner).size,
        );
      }),
    );
  });

  test('is nothing between families', () => {
    expect(sharedBy(blocks('0.0.0.0/0'), blocks('::/0'))).toEqual([]);
    expect(isWithin(blocks('0.0.0.0/32'), blocks('::/0'))).toBe(false);
  });
});
