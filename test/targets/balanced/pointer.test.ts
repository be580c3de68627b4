import type { ForwardRule, RuleContent } from '../../../shared/aws/load-balancers.ts';
import {
  colourIn,
  ELSEWHERE,
  GONE,
  isMarked,
  liveOf,
  type Pointer,
  pointerOf,
  priorityUnder,
  ruleOf,
  takesAll,
} from '../../../shared/targets/balanced/pointer.ts';

const groups = { blue: 'arn:blue', green: 'arn:green' };
const running = { blue: 'b'.repeat(20), green: '9'.repeat(20) };
const blue = { colour: 'blue', release: running.blue } as const;
const green = { colour: 'green', release: running.green } as const;
const rule = (weights: Record<string, number>, ...paths: string[]): ForwardRule => ({
  arn: 'arn:rule',
  priority: 4,
  paths: ['/*', ...paths],
  weights,
});
const read = (content: RuleContent): ForwardRule => ({
  arn: 'arn:rule',
  priority: 4,
  paths: content.paths,
  weights: 'weights' in content ? content.weights : {},
  ...('page' in content && { page: content.page }),
});

it.each<[string, Pointer]>([
  ['one colour', { fence: 7, live: blue }],
  ['a share of the other one', { fence: 7, live: blue, next: { ...green, weight: 20 } }],
  ['more than half of the other one', { fence: 8, live: green, next: { ...blue, weight: 60 } }],
  ['one percent', { fence: 1, live: green, next: { ...blue, weight: 1 } }],
  ['nothing', { fence: 3 }],
  ['nothing, with a page of somebody’s own', { fence: 3, page: 'Back at four.' }],
])('reads what it wrote: %s', (_, pointer) => {
  expect(pointerOf([read(ruleOf(pointer, groups))], groups, running)).toEqual(pointer);
});

it('names both colours in each rule that forwards, by weights that sum to 100', () => {
  for (const next of [undefined, { ...green, weight: 20 }]) {
    const { weights } = read(ruleOf({ fence: 7, live: blue, ...(next && { next }) }, groups));
    expect(Object.keys(weights)).toEqual(Object.values(groups));
    expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBe(100);
  }
});

it('answers with a page while the pilot is offline, which has a fence as well', () => {
  expect(ruleOf({ fence: 3 }, groups)).toMatchObject({ page: expect.stringContaining('Back soon') });
  expect(pointerOf([], groups, running)).toEqual({ fence: 0 });
  expect(liveOf({ fence: 3 })).toEqual({ weights: {}, fence: 3 });
  expect(ruleOf({ fence: 3, page: 'Later' }, groups)).toMatchObject({ page: 'Later' });
  expect(liveOf({ fence: 3, page: 'Later' })).toEqual({ weights: {}, fence: 3, page: 'Later' });
});

it('goes by the rule that is met first, which is that of the highest fence', () => {
  expect([1, 2, 49_998].map(priorityUnder)).toEqual([49_998, 49_997, 1]);
  expect(priorityUnder(60_000)).toBe(1);
  const rules = [
    { fence: 9, live: green },
    { fence: 8, live: blue },
  ].map((one) => read(ruleOf(one, groups)));
  expect(pointerOf(rules, groups, running)).toEqual({ fence: 9, live: green });
});

it('tells a rule that a person put before it, and keeps the fence of its own', () => {
  const own = read(ruleOf({ fence: 9, live: green }, groups));
  expect(pointerOf([rule({ 'arn:other': 1 }), own], groups, running)).toEqual({
    fence: 9,
    live: { colour: 'neither', release: ELSEWHERE },
  });
  expect([rule({}), own].map(isMarked)).toEqual([false, true]);
  expect([rule({}), { ...own, paths: ['/api/*'] }].map(takesAll)).toEqual([true, false]);
});

it('reads weights that a person wrote: the lighter one gets a share', () => {
  expect(pointerOf([rule({ 'arn:blue': 1, 'arn:green': 3 })], groups, running)).toEqual({
    fence: 0,
    live: green,
    next: { ...blue, weight: 25 },
  });
});

it('tells traffic that a person sends elsewhere from that of a colour', () => {
  for (const weights of [{}, { 'arn:other': 1 }, { 'arn:blue': 1, 'arn:other': 1 }, { 'arn:blue': 0 }])
    expect(pointerOf([rule(weights, '/.pilotage/4/blue')], groups, running)).toEqual({
      fence: 4,
      live: { colour: 'neither', release: ELSEWHERE },
    });
  const live = { colour: 'neither', release: ELSEWHERE } as const;
  expect(() => ruleOf({ fence: 4, live }, groups)).toThrow('not written');
});

it('tells a colour whose service was deleted', () => {
  const { live } = pointerOf([rule({ 'arn:blue': 1 })], groups, { green: running.green });
  expect(live).toEqual({ colour: 'blue', release: GONE });
});

it('says in its text which colour is to get the traffic back', () => {
  expect(liveOf({ fence: 1, live: green }).pointer).toBe('green');
  expect(colourIn('green')).toBe('green');
  expect(colourIn(liveOf({ fence: 1, live: blue, next: { ...green, weight: 5 } }).pointer)).toBe('blue');
  expect(colourIn('neither')).toBeUndefined();
  expect(colourIn(undefined)).toBeUndefined();
});
