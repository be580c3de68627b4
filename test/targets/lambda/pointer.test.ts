import type { Alias } from '../../../shared/aws/function-alias.ts';
import type { Version } from '../../../shared/aws/function-versions.ts';
import { OFFLINE } from '../../../shared/targets/lambda/offline.ts';
import { aliasOf, liveOf, type Pointer, pointerOf } from '../../../shared/targets/lambda/pointer.ts';
import {
  describe as describing,
  versionOfRelease,
  versionsOfReleases,
} from '../../../shared/targets/lambda/versions.ts';

const [blue, green] = ['b'.repeat(20), 'a'.repeat(20)] as [string, string];
const version = (number: string, description: string): Version => ({ version: number, description, state: 'active' });
const versions = [
  version('1', OFFLINE),
  version('2', describing(blue)),
  version('3', describing(green)),
  version('4', 'by hand'),
  version('5', describing(green)),
];
const alias = (content: Partial<Alias>): Alias => ({
  arn: '',
  revision: 'r',
  description: 'Pilotage: fence 7',
  version: '2',
  ...content,
});

it.each<[Pointer]>([
  [{ fence: 7 }],
  [{ fence: 0, live: { release: blue, version: '2' } }],
  [{ fence: 7, live: { release: blue, version: '2' }, next: { release: green, version: '3', weight: 29 } }],
])('an alias says %j, and that is read from it', (pointer) => {
  expect(pointerOf(alias(aliasOf(pointer, '1')), versions)).toEqual(pointer);
});

it('is offline without an alias, and with one that names the offline version', () => {
  expect(liveOf(pointerOf(undefined, versions))).toEqual({ weights: {}, fence: 0 });
  expect(liveOf(pointerOf(alias({ version: '1' }), versions))).toEqual({ weights: {}, fence: 7 });
});

it('tells who gets the traffic, in weights that sum to 100', () => {
  const second = { version: '3', percent: 20 };
  expect(liveOf(pointerOf(alias({ second }), versions))).toEqual({
    release: blue,
    weights: { [blue]: 80, [green]: 20 },
    fence: 7,
    pointer: '2',
  });
});

it('calls a version that somebody else published by its number, and has no fence for an alias of theirs', () => {
  expect(pointerOf(alias({ version: '4', description: 'moved by hand' }), versions)).toEqual({
    fence: 0,
    live: { release: 'version 4', version: '4' },
  });
});

it('finds the versions of releases: the newest to be served, all to be removed', () => {
  expect(versionOfRelease(versions, green)?.version).toBe('5');
  expect(versionOfRelease(versions, 'c'.repeat(20))).toBeUndefined();
  expect(versionsOfReleases(versions, [green]).map((one) => one.version)).toEqual(['3', '5']);
});
