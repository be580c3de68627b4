import { cookieFor, groupFor, type Load, STICKY_COOKIE, targetFor } from '../../../local/balancer/choice.ts';
import type { Forward, Target, TargetGroup } from '../../../local/balancer/picture.ts';

const forward = (blue: number, green: number, sticky = false): Forward => ({
  TargetGroups: [
    { TargetGroupArn: 'blue', Weight: blue },
    { TargetGroupArn: 'green', Weight: green },
  ],
  TargetGroupStickinessConfig: { Enabled: sticky, DurationSeconds: 60 },
});

describe('a target group', () => {
  test.each([
    [0, 'blue'],
    [0.899, 'blue'],
    [0.901, 'green'],
    [0.999, 'green'],
  ])('is chosen by the weights: %d is %s', (random, group) => {
    expect(groupFor(forward(90, 10), '', random)).toBe(group);
  });

  test('without weight gets nothing', () => {
    expect([0, 0.5, 0.999].map((random) => groupFor(forward(0, 1), '', random))).toEqual(['green', 'green', 'green']);
    expect(groupFor(forward(0, 0), '', 0)).toBeUndefined();
  });

  test('keeps its viewers where the rule is sticky, even without weight; no longer than it is in the rule', () => {
    const [cookie = ''] = cookieFor(forward(1, 0, true), 'blue')?.split(';') ?? [];
    expect(cookie).toContain(`${STICKY_COOKIE}=`);
    expect(groupFor(forward(0, 1, true), `a=b; ${cookie}`, 0)).toBe('blue');
    expect(
      groupFor({ ...forward(0, 1, true), TargetGroups: [{ TargetGroupArn: 'green', Weight: 1 }] }, cookie, 0),
    ).toBe('green');
  });

  test('does not where the rule is not', () => {
    const [cookie = ''] = cookieFor(forward(1, 0, true), 'blue')?.split(';') ?? [];
    expect(groupFor(forward(0, 1), cookie, 0)).toBe('green');
    expect(cookieFor(forward(1, 0), 'blue')).toBeUndefined();
  });
});

describe('a target', () => {
  const target = (Port: number, State?: Target['State']): Target => ({
    Id: '127.0.0.1',
    Port,
    ...(State && { State }),
  });
  const group = (targets: Target[], algorithm = 'round_robin') =>
    ({ Targets: targets, Attributes: { 'load_balancing.algorithm.type': algorithm } }) as unknown as TargetGroup;
  const chosen = (all: TargetGroup, loads: Record<number, Load> = {}) =>
    targetFor(all, ({ Port }) => loads[Port] ?? { open: 0, turn: 0 })?.Port;

  test('that is well goes before one that is not; where none is well, requests still come', () => {
    expect(chosen(group([target(1, 'unhealthy'), target(2, 'healthy')]))).toBe(2);
    expect(chosen(group([target(1, 'unhealthy'), target(2, 'initial')]))).toBe(1);
  });

  test('that is new or leaving gets none', () => {
    expect(chosen(group([target(1, 'initial'), target(2, 'draining')]))).toBeUndefined();
  });

  test('comes in turn, or the least busy first, as the group says', () => {
    const both = [target(1, 'healthy'), target(2, 'healthy')];
    const loads = { 1: { open: 5, turn: 1 }, 2: { open: 1, turn: 2 } };
    expect(chosen(group(both), loads)).toBe(1);
    expect(chosen(group(both, 'least_outstanding_requests'), loads)).toBe(2);
  });
});
