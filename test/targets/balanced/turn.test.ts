import type { Standing } from '../../../shared/targets/balanced/fleet.ts';
import { GONE } from '../../../shared/targets/balanced/pointer.ts';
import { colourWith, turnOf } from '../../../shared/targets/balanced/turn.ts';
import type { Live, Plan } from '../../../shared/targets/target.ts';
import { leaseUnder } from '../../support/lease.ts';

const plan = { release: 'new' } as Plan;
const limits = { min: 2, max: 5 };
const live: Live = { release: 'old', weights: { old: 100 }, fence: 1, pointer: 'blue' };
const one = (colour: 'blue' | 'green', release: string, desired: number, isGoing = false): Standing => ({
  ...{ colour, name: colour, release, isGoing, desired },
});
const turn = (colours: Partial<Record<'blue' | 'green', Standing>>, at: Live = live, fence = 2) =>
  turnOf(plan, at, colours, limits, leaseUnder(fence));

describe('Prepare', () => {
  it('brings the idle colour up, as large as what serves within the limits', () => {
    for (const [desired, wanted] of [
      [1, 2],
      [3, 3],
      [9, 5],
    ] as const)
      expect(turn({ blue: one('blue', 'old', desired) })).toEqual({ turn: 'bring up', idle: 'green', wanted });
    expect(turn({}, { weights: {}, fence: 0 })).toEqual({ turn: 'bring up', idle: 'blue', wanted: 2 });
  });

  it('goes on with a colour that is being brought up, and not with one that is empty or going', () => {
    const blue = one('blue', 'old', 3);
    const green = one('green', 'new', 3);
    expect(turn({ blue, green })).toEqual({ turn: 'watch', standing: green, wanted: 3 });
    for (const other of [one('green', 'new', 0), one('green', 'new', 3, true), one('green', 'other', 3)])
      expect(turn({ blue, green: other })).toMatchObject({ turn: 'bring up', idle: 'green' });
  });

  it('touches nothing where a newer deployment was, both have traffic, or what serves is gone', () => {
    const blue = one('blue', 'old', 3);
    expect(turn({ blue }, { ...live, fence: 3 })).toMatchObject({ code: 'FENCED' });
    expect(turn({ blue }, { ...live, pointer: 'blue while green has 5 percent' })).toMatchObject({
      code: 'NO_IDLE_COLOUR',
    });
    expect(turn({}, { ...live, release: GONE })).toEqual({ turn: 'live is gone', colour: 'blue' });
  });
});

it('of two colours with a release, the one with any is it', () => {
  const [empty, full] = [one('blue', 'new', 0), one('green', 'new', 2)];
  expect(colourWith({ blue: empty, green: full }, 'new')).toBe(full);
  expect(colourWith({ blue: empty }, 'new')).toBe(empty);
  expect(colourWith({ blue: empty }, 'old')).toBeUndefined();
});
