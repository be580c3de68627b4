import * as fc from 'fast-check';
import { nextMove } from '../shared/rollout.ts';

const at = '2026-11-21T00:00:00.000Z';
const after = (seconds: number) => new Date(Date.parse(at) + seconds * 1000);

describe('the next move of a rollout', () => {
  it('begins with the first weight', () => {
    expect(nextMove({ steps: [10, 100], bake: 60 }, undefined, after(0))).toEqual({ move: 'shift', weight: 10 });
  });

  it('bakes until the bake is over, then goes on with the next weight', () => {
    const rollout = { steps: [10, 100], bake: 60 };
    expect(nextMove(rollout, { weight: 10, at }, after(59))).toEqual({ move: 'bake', until: after(60) });
    expect(nextMove(rollout, { weight: 10, at }, after(60))).toEqual({ move: 'shift', weight: 100 });
  });

  it('bakes after the last weight too, and then is finished', () => {
    const rollout = { steps: [100], bake: 60 };
    expect(nextMove(rollout, { weight: 100, at }, after(1))).toEqual({ move: 'bake', until: after(60) });
    expect(nextMove(rollout, { weight: 100, at }, after(61))).toEqual({ move: 'finished' });
  });

  it('without a bake is finished at once after the last weight', () => {
    expect(nextMove({ steps: [100], bake: 0 }, { weight: 100, at }, after(0))).toEqual({ move: 'finished' });
  });

  it('goes through exactly the weights asked for, in order, and ends', () => {
    const weights = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 9 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 3600 }), (some, bake) => {
        const steps = [...some.sort((a, b) => a - b), 100];
        const moved: number[] = [];
        let shifted: { weight: number; at: string } | undefined;
        let clock = after(0);
        for (let round = 0; round < 50; round++) {
          const move = nextMove({ steps, bake }, shifted, clock);
          if (move.move === 'finished') break;
          if (move.move === 'bake') clock = move.until;
          else {
            shifted = { weight: move.weight, at: clock.toISOString() };
            moved.push(move.weight);
          }
        }
        expect(moved).toEqual(steps);
      }),
    );
  });
});
