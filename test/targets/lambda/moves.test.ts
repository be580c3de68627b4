import fc from 'fast-check';
import { isSame, rollbackMove } from '../../../shared/targets/lambda/moves.ts';
import { type Arm, liveOf, type Pointer } from '../../../shared/targets/lambda/pointer.ts';
import { shiftMove } from '../../../shared/targets/moves.ts';
import type { Live } from '../../../shared/targets/target.ts';

const [blue, green, red]: [Arm, Arm, Arm] = [
  { release: 'blue', version: '2' },
  { release: 'green', version: '3' },
  { release: 'red', version: '4' },
];
const lease = { fence: 5 };
const before = liveOf({ fence: 4, live: blue });
const nothing: Live = { weights: {}, fence: 0 };

describe('shifting', () => {
  const to = (weight: number, seen: Pointer, was: Live = before) => shiftMove(seen, green, was, weight, lease);

  it.each([
    [10, { fence: 5, live: blue, next: { ...green, weight: 10 } }],
    [99, { fence: 5, live: blue, next: { ...green, weight: 99 } }],
    [100, { fence: 5, live: green }],
  ])('gives %i percent', (weight, write) => {
    expect(to(weight, { fence: 4, live: blue })).toEqual({ write });
  });

  it('gives everything where nothing is live, whatever was asked', () => {
    expect(to(10, { fence: 0 }, nothing)).toEqual({ write: { fence: 5, live: green } });
  });

  it('never gives less than there is', () => {
    const has = { fence: 5, live: blue, next: { ...green, weight: 50 } };
    expect(to(60, has)).toEqual({ write: { ...has, next: { ...green, weight: 60 } } });
    for (const weight of [10, 50]) expect(to(weight, has)).toEqual({ leave: has });
    expect(to(10, { fence: 5, live: green })).toEqual({ leave: { fence: 5, live: green } });
  });

  it.each([
    ['an older deployment gave it', { fence: 4, live: blue, next: { ...green, weight: 50 } }],
    ['another release has it', { fence: 5, live: blue, next: { ...red, weight: 50 } }],
  ])('does not count a share when %s', (_, seen) => {
    expect(to(10, seen)).toEqual({ write: { fence: 5, live: blue, next: { ...green, weight: 10 } } });
  });

  it.each([
    ['another one still shares it', { fence: 5, live: green, next: { ...red, weight: 10 } }],
    ['an older deployment wrote it', { fence: 4, live: green }],
  ])('writes anew what it wants when %s', (_, seen) => {
    expect(to(10, seen)).toEqual({ write: { fence: 5, live: green } });
  });

  it.each([
    ['red', 'nothing', { fence: 4, live: red }, nothing],
    ['nothing', 'blue', { fence: 4 }, before],
    ['red', 'blue', { fence: 4, live: red }, before],
  ])('stops when %s serves, and %s did', (is, was, seen, wasLive) => {
    const reason = `${was} was live, now it is ${is}`;
    expect(to(10, seen, wasLive)).toMatchObject({ outcome: 'failed', code: 'POINTER_MOVED', reason });
  });

  it('leaves what a newer deployment holds', () => {
    expect(to(100, { fence: 6, live: blue })).toBe('held');
  });
});

describe('rolling back', () => {
  const back = (seen: Pointer, was: Live = before) => rollbackMove(seen, 'green', was, lease);

  it('gives everything to the version that was live, under its own fence', () => {
    expect(back({ fence: 4, live: blue, next: { ...green, weight: 10 } })).toEqual({ write: { fence: 5, live: blue } });
    expect(back({ fence: 4, live: green })).toEqual({ write: { fence: 5, live: blue } });
    expect(back({ fence: 4, live: green }, nothing)).toEqual({ write: { fence: 5 } });
  });

  it('leaves what somebody else has moved with whom it is', () => {
    expect(back({ fence: 4, live: red })).toEqual({ write: { fence: 5, live: red } });
    expect(back({ fence: 4 })).toEqual({ write: { fence: 5 } });
  });

  it('leaves what is as it should be, and what a newer deployment holds', () => {
    expect(back({ fence: 5, live: blue })).toEqual({ leave: { fence: 5, live: blue } });
    expect(back({ fence: 6, live: green })).toBe('held');
  });

  it('stops when nobody knows the version that was live', () => {
    const { pointer: _, ...unknown } = before;
    expect(back({ fence: 4, live: green }, unknown)).toMatchObject({ code: 'POINTER_UNKNOWN' });
  });
});

it('keeps fences and shares from falling, in whatever order shifts come', () => {
  const shifts = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 8 });
  fc.assert(
    fc.property(shifts, (weights) => {
      let pointer: Pointer = { fence: 4, live: blue };
      for (const weight of weights) {
        const has = liveOf(pointer).weights.green ?? 0;
        const move = shiftMove(pointer, green, before, weight, lease);
        if (typeof move === 'string' || 'outcome' in move) throw new Error('it stopped');
        pointer = 'write' in move ? move.write : move.leave;
        const now = liveOf(pointer).weights;
        expect(now.green).toBe(Math.max(has, weight));
        expect(Object.values(now).reduce((sum, share) => sum + share, 0)).toBe(100);
      }
      const undone = rollbackMove(pointer, 'green', before, { fence: 6 });
      expect(undone).toEqual({ write: { fence: 6, live: blue } });
    }),
  );
});

it.each<[Pointer, Pointer, boolean]>([
  [{ fence: 1, live: blue }, { fence: 1, live: { ...blue } }, true],
  [{ fence: 1, live: blue }, { fence: 2, live: blue }, false],
  [{ fence: 1, live: blue }, { fence: 1, live: green }, false],
  [{ fence: 1, live: blue }, { fence: 1 }, false],
  [
    { fence: 1, live: blue, next: { ...green, weight: 1 } },
    { fence: 1, live: blue, next: { ...green, weight: 2 } },
    false,
  ],
  [
    { fence: 1, live: blue, next: { ...green, weight: 1 } },
    { fence: 1, live: blue, next: { ...red, weight: 1 } },
    false,
  ],
])('tells whether %j and %j say the same', (one, other, same) => {
  expect(isSame(one, other)).toBe(same);
});
