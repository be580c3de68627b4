import { listPlatformNames, listPlatformVersions, type PlatformVersion } from '../../aws/beanstalk-platforms.ts';
import type { Problem } from '../../errors.ts';

/** The newest version of a platform, or why there is none, with those that could be meant. */
export async function newestPlatform(name: string): Promise<PlatformVersion | Problem> {
  const versions = await listPlatformVersions(name);
  const newest = versions.toSorted((a, b) => compare(b.version, a.version)).find(({ branch }) => branch !== 'Retired');
  if (newest) return newest;
  const candidates = nearest(name, await listPlatformNames());
  return {
    code: 'PLATFORM_MISSING',
    message:
      versions.length > 0
        ? `AWS has retired the platform ${name}: nothing new starts on it`
        : `there is no platform ${name} in this region`,
    expected:
      candidates.length > 0
        ? candidates.join(', or ')
        : 'a platform that aws elasticbeanstalk list-available-solution-stacks tells',
    place: { file: 'pilot.yaml', path: 'beanstalk.platform' },
  };
}

/** Says of a platform's version that others run now: an update, which every deployment makes where there is one. */
export function updateOf(running: readonly string[], platform: string): string {
  const old = new Set(running.filter((one) => one !== platform).map(named));
  return old.size === 0 ? '' : `, an update of ${[...old].join(' and ')}`;

  function named(one: string): string {
    const [name, version = ''] = one.split('/').slice(1);
    return name === platform.split('/')[1] ? version : `${name} ${version}`;
  }
}

/** By its numbers: 6.10.0 is newer than 6.9.1. */
function compare(one: string, other: string): number {
  const [ones, others] = [one, other].map((version) => version.split('.').map(Number));
  const at = (ones ?? []).findIndex((number, index) => number !== (others?.[index] ?? 0));
  return at < 0 ? 0 : (ones?.[at] ?? 0) - (others?.[at] ?? 0);
}

const MOST = 3;

/** Those of the same kind (`Node.js`, `Python`), the newest system first. */
function nearest(name: string, names: readonly string[]): string[] {
  const kind = kindOf(name);
  return names.filter((one) => kindOf(one) === kind && one !== name).slice(0, MOST);
}

const kindOf = (name: string): string => (/^[\D]*?(?=\s[\d.]|\srunning|$)/.exec(name)?.[0] ?? '').toLowerCase();
