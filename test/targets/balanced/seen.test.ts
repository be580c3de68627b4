import type { Standing } from '../../../shared/targets/balanced/fleet.ts';
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
    expect(idleColour({ fence: 1, live: { colour: 'blue', release: 'x' } }, { green }, 'new')).toBe('green');
    expect(idleColour({ fence: 1, live: { colour: 'green', release } }, { green }, 'new')).toBe('blue');
  });

  it('is, while nothing is live, the one that has the release already', () => {
    expect(idleColour({ fence: 1 }, { green }, release)).toBe('green');
    expect(idleColour({ fence: 1 }, { green }, 'new')).toBe('blue');
  });

  it('is none while both get traffic, or a person sends it elsewhere', () => {
    const live = { colour: 'blue', release: 'x' } as const;
    expect(
      idleColour({ fence: 1, live, next: { colour: 'green', release, weight: 5 } }, { green }, 'new'),
    ).toBeUndefined();
    expect(idleColour({ fence: 1, live: { colour: 'neither', release: 'x' } }, { green }, 'new')).toBeUndefined();
  });
});
