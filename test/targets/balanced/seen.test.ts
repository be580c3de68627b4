import type { Standing } from '../../../shared/targets/balanced/fleet.ts';
import { liveOf } from '../../../shared/targets/balanced/pointer.ts';
import { idleColour, runningIn } from '../../../shared/targets/balanced/seen.ts';

const release = '0123456789abcdef0123';
const standing = (isGoing = false): Standing => ({ colour: 'green', name: 'green', release, isGoing, desired: 2 });

it('nothing runs where a colour is being deleted', () => {
  expect([true, false].map((isGoing) => runningIn({ green: standing(isGoing) }))).toEqual([{}, { green: release }]);
  expect(runningIn({})).toEqual({});
});

describe('the idle colour', () => {
  const green = standing();

  it('is the one that gets nothing', () => {
    expect(idleColour({ pointer: 'blue' }, { green }, 'new')).toBe('green');
    expect(idleColour({ pointer: 'green' }, { green }, 'new')).toBe('blue');
  });

  it('is, while nothing is live, the one that has the release already', () => {
    expect(idleColour({}, { green }, release)).toBe('green');
    expect(idleColour({}, { green }, 'new')).toBe('blue');
  });

  it('is none while both get traffic, or a person sends it elsewhere', () => {
    const both = liveOf({
      fence: 1,
      live: { colour: 'blue', release: 'x' },
      next: { colour: 'green', release, weight: 5 },
    });
    expect(idleColour(both, { green }, 'new')).toBeUndefined();
    expect(idleColour({ pointer: 'neither' }, { green }, 'new')).toBeUndefined();
  });
});
