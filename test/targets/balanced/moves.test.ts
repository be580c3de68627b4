import { rollbackMove } from '../../../shared/targets/balanced/moves.ts';
import type { Pointer } from '../../../shared/targets/balanced/pointer.ts';
import { shiftMove } from '../../../shared/targets/moves.ts';
import type { Live } from '../../../shared/targets/target.ts';

const blue = { colour: 'blue', release: 'old' } as const;
const green = { colour: 'green', release: 'new' } as const;
const before: Live = { release: 'old', weights: { old: 100 }, fence: 1, pointer: 'blue' };
const shared = (weight: number, fence = 2): Pointer => ({ fence, live: blue, next: { ...green, weight } });

describe('a shift', () => {
  const shift = (seen: Pointer, weight: number, fence = 2) => shiftMove(seen, green, before, weight, { fence });

  it('gives a share, then more, then all', () => {
    expect(shift({ fence: 1, live: blue }, 20)).toEqual({ write: shared(20) });
    expect(shift(shared(20), 60)).toEqual({ write: shared(60) });
    expect(shift(shared(60), 100)).toEqual({ write: { fence: 2, live: green } });
  });

  it('never lowers a share of its own', () => {
    expect(shift(shared(60), 20)).toEqual({ leave: shared(60) });
    expect(shift({ fence: 2, live: green }, 20)).toEqual({ leave: { fence: 2, live: green } });
  });

  it('does not take an earlier deployment’s share for its own', () => {
    expect(shift(shared(60, 1), 20)).toEqual({ write: shared(20) });
  });

  it('gives all where nothing was live', () => {
    const offline: Live = { weights: {}, fence: 0 };
    expect(shiftMove({ fence: 0 }, green, offline, 5, { fence: 2 })).toEqual({ write: { fence: 2, live: green } });
  });

  it('stops when the rule was moved by hand, to anything', () => {
    for (const live of [undefined, { colour: 'neither', release: 'something else' } as const])
      expect(shift({ fence: 1, ...(live && { live }) }, 100)).toMatchObject({ code: 'POINTER_MOVED' });
  });

  it('leaves what a newer deployment holds', () => {
    expect(shift({ fence: 3, live: blue }, 100)).toBe('held');
  });
});

describe('a rollback', () => {
  const back = (seen: Pointer, was = before) => rollbackMove(seen, 'new', was, { fence: 3 });

  it('gives back a share or all, and is done the second time', () => {
    const restored = { fence: 3, live: blue };
    expect(back(shared(20))).toEqual({ write: restored });
    expect(back({ fence: 2, live: green })).toEqual({ write: restored });
    expect(back(restored)).toEqual({ leave: restored });
  });

  it('takes a first release offline', () => {
    expect(back({ fence: 2, live: green }, { weights: {}, fence: 0 })).toEqual({ write: { fence: 3 } });
  });

  it('leaves what somebody else has moved, under its own fence', () => {
    const other = { colour: 'green', release: 'other' } as const;
    expect(back({ fence: 2, live: other })).toEqual({ write: { fence: 3, live: other } });
  });

  it('leaves a rule that sends the traffic elsewhere as it is', () => {
    const seen: Pointer = { fence: 0, live: { colour: 'neither', release: 'something else' } };
    expect(back(seen)).toEqual({ leave: seen });
  });

  it('fails where it is not known how the old one was served', () => {
    const { pointer: _, ...unknown } = before;
    expect(back({ fence: 2, live: green }, unknown)).toMatchObject({ code: 'POINTER_UNKNOWN' });
  });

  it('leaves what a newer deployment holds', () => {
    expect(back({ fence: 4, live: green })).toBe('held');
  });
});
