import { readResolved } from '../../../cli/plan/live.ts';
import { TARGETS } from '../../../shared/manifest/sections/index.ts';
import { FULL, STATIC } from '../../manifest/samples.ts';
import { beanstalk, resolve, SMALL } from '../../preview/samples.ts';

const texts: [string, string][] = [
  ['every section', FULL],
  ['a static site', STATIC],
  ...TARGETS.map((target): [string, string] => [
    `the smallest ${target}`,
    `${SMALL[target]}${target === 'beanstalk' ? beanstalk() : ''}`,
  ]),
];

describe('a complete manifest as JSON', () => {
  it.each(texts)('of %s reads as what it was', (_, text) => {
    const complete = resolve(text);
    expect(readResolved(JSON.stringify(complete), 'live.json')).toEqual(complete);
  });

  it('is told from a manifest as people write it', () => {
    expect(readResolved(FULL, 'pilot.yaml')).toBeUndefined();
    expect(readResolved('{"rollout": {"bake": "5m"}}', 'pilot.json')).toBeUndefined();
    expect(readResolved('[]', 'pilot.json')).toBeUndefined();
  });
});
