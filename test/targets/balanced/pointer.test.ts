import type { ForwardRule } from '../../../shared/aws/load-balancers.ts';
import {
  colourIn,
  ELSEWHERE,
  GONE,
  liveOf,
  type Pointer,
  pointerOf,
  ruleOf,
} from '../../../shared/targets/balanced/pointer.ts';

const groups = { blue: 'arn:blue', green: 'arn:green' };
const running = { blue: 'b'.repeat(20), green: '9'.repeat(20) };
const blue = { colour: 'blue', release: running.blue } as const;
const green = { colour: 'green', release: running.green } as const;
const rule = (weights: Record<string, number>, ...paths: string[]): ForwardRule => ({
  arn: 'arn:rule',
  paths: ['/*', ...paths],
  weights,
});

it.each<[string, Pointer]>([
  ['one colour', { fence: 7, live: blue }],
  ['a share of the other one', { fence: 7, live: blue, next: { ...green, weight: 20 } }],
  ['more than half of the other one', { fence: 8, live: green, next: { ...blue, weight: 60 } }],
  ['one percent', { fence: 1, live: green, next: { ...blue, weight: 1 } }],
])('reads what it wrote: %s', (_, pointer) => {
  const written = ruleOf(pointer, groups);
  expect(pointerOf(written && { arn: 'arn:rule', ...written }, groups, running, 0)).toEqual(pointer);
  expect(Object.values(written?.weights ?? {}).reduce((sum, weight) => sum + weight, 0)).toBe(100);
  expect(Object.keys(written?.weights ?? {})).toEqual(Object.values(groups));
});

it('is offline without a rule, under the fence that the listener keeps', () => {
  expect(ruleOf({ fence: 3 }, groups)).toBeUndefined();
  expect(pointerOf(undefined, groups, running, 3)).toEqual({ fence: 3 });
  expect(liveOf({ fence: 3 })).toEqual({ weights: {}, fence: 3 });
});

it('reads weights that a person wrote: the lighter one gets a share', () => {
  expect(pointerOf(rule({ 'arn:blue': 1, 'arn:green': 3 }), groups, running, 9)).toEqual({
    fence: 0,
    live: green,
    next: { ...blue, weight: 25 },
  });
});

it('tells traffic that a person sends elsewhere from that of a colour', () => {
  for (const weights of [{}, { 'arn:other': 1 }, { 'arn:blue': 1, 'arn:other': 1 }, { 'arn:blue': 0 }])
    expect(pointerOf(rule(weights, '/.pilotage/4/blue'), groups, running, 0)).toEqual({
      fence: 4,
      live: { colour: 'neither', release: ELSEWHERE },
    });
});

it('tells a colour whose service was deleted', () => {
  const { live } = pointerOf(rule({ 'arn:blue': 1 }), groups, { green: running.green }, 0);
  expect(live).toEqual({ colour: 'blue', release: GONE });
});

it('says in its text which colour is to get the traffic back', () => {
  expect(liveOf({ fence: 1, live: green }).pointer).toBe('green');
  expect(colourIn('green')).toBe('green');
  expect(colourIn(liveOf({ fence: 1, live: blue, next: { ...green, weight: 5 } }).pointer)).toBe('blue');
  expect(colourIn('neither')).toBeUndefined();
  expect(colourIn(undefined)).toBeUndefined();
});
