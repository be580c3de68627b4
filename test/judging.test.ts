import type { Alarm } from '../shared/aws/alarms.ts';
import { against, baselineOf, factsOf, inWords } from '../shared/judging.ts';

const alarm = (name: string, state: Alarm['state'], minute = 0, reason = ''): Alarm => ({
  ...{ name, state, reason },
  since: `2026-11-21T12:${String(minute).padStart(2, '0')}:00.000Z`,
});
const BEGUN = new Date('2026-11-21T12:30:00.000Z');
const before = (...alarms: Alarm[]) => baselineOf(['errors', 'latency'], alarms, BEGUN);
const namesOf = (alarms: Alarm[]) => alarms.map(({ name }) => name);

describe('an alarm speaks against a release', () => {
  it('when it went off since the release got its share', () => {
    const baseline = before(alarm('errors', 'OK'), alarm('latency', 'OK'));
    expect(namesOf(against([alarm('errors', 'ALARM', 31), alarm('latency', 'OK')], baseline))).toEqual(['errors']);
  });

  it('when it was red, recovered, and went off anew', () => {
    const baseline = before(alarm('errors', 'ALARM', 10));
    expect(namesOf(against([alarm('errors', 'ALARM', 31)], baseline))).toEqual(['errors']);
  });

  it('when it was not red in the baseline, whatever time it tells: the baseline may have been read too early', () => {
    expect(namesOf(against([alarm('errors', 'ALARM', 29)], before(alarm('errors', 'OK'))))).toEqual(['errors']);
    expect(namesOf(against([alarm('errors', 'ALARM', 29)], before()))).toEqual(['errors']);
  });
});

describe('an alarm says nothing against a release', () => {
  it('that was red before and still is: the release may be what mends it', () => {
    const red = alarm('errors', 'ALARM', 10);
    expect(against([red], before(red))).toEqual([]);
  });

  it.each(['OK', 'INSUFFICIENT_DATA'] as const)('while it is %s', (state) => {
    expect(against([alarm('errors', state, 31)], before(alarm('errors', 'OK')))).toEqual([]);
  });

  it('when it is no more', () => {
    expect(against([], before(alarm('errors', 'ALARM', 10)))).toEqual([]);
  });
});

describe('people are told', () => {
  it('which alarm, since when and why, in one line that is not too long', () => {
    const told = inWords([
      alarm('errors', 'ALARM', 31, `Threshold Crossed:\n 2 datapoints ${'9'.repeat(500)}`),
      alarm('latency', 'ALARM', 32),
    ]);
    expect(told).toMatch(
      /^errors is in alarm since 2026-11-21T12:31:00.000Z: Threshold Crossed: 2 datapoints 9+…; latency is in alarm since 2026-11-21T12:32:00.000Z$/,
    );
    expect(told.length).toBeLessThan(400);
  });

  it('what was red before, and what is not there', () => {
    expect(factsOf(before(alarm('errors', 'ALARM', 10)))).toEqual({
      alarmsRedBefore: 'errors',
      alarmsNotFound: 'latency',
    });
    expect(factsOf(before(alarm('errors', 'OK'), alarm('latency', 'INSUFFICIENT_DATA')))).toEqual({});
  });

  it('of many only how many more there are', () => {
    const many = ['a', 'b', 'c', 'd', 'e'];
    expect(factsOf(baselineOf(many, [], BEGUN))).toEqual({ alarmsNotFound: 'a, b, c, 2 more' });
  });
});
