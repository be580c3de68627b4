import { strength } from '../../../shared/targets/balanced/strength.ts';

const targets = (...states: string[]) => states.map((state) => ({ state }));

describe('a colour that is to get traffic', () => {
  it('has enough where as many answer as should', () => {
    expect(strength(2, targets('healthy', 'healthy'))).toEqual({
      is: 'enough',
      told: '2 healthy targets, and should have 2',
    });
    expect(strength(2, targets('healthy', 'healthy', 'draining')).is).toBe('enough');
  });

  it('is growing where those that lack are still to come', () => {
    expect(strength(3, targets('healthy')).is).toBe('growing');
    expect(strength(2, targets('healthy', 'initial')).is).toBe('growing');
    expect(strength(1, []).is).toBe('growing');
  });

  it('is ill where one that should answer does not, or none should', () => {
    expect(strength(2, targets('healthy', 'unhealthy')).is).toBe('ill');
    expect(strength(1, targets('unavailable')).is).toBe('ill');
    expect(strength(0, targets('healthy'))).toEqual({
      is: 'ill',
      told: '1 healthy targets, and should have at least 1',
    });
  });
});
