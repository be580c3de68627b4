import { createHash } from 'node:crypto';
import { nameOfDigest, type SiteName } from '../../sites.ts';
import type { Strength, Strengths } from '../../viewer.ts';
import type { Templates, TemplateVersion } from '../ec2.ts';
import type { Buckets } from '../s3.ts';
import type { Group, Groups } from './state.ts';

export const versionIn = (templates: Templates, template: string, number: string): TemplateVersion | undefined =>
  templates[template]?.versions.find((one) => one.number === number);

/** What user data sets a word to. */
const settingIn = ({ userData }: TemplateVersion, name: string): string =>
  new RegExp(`^${name}='?([^'\\n]*)'?$`, 'm').exec(userData)?.[1] ?? '';

/** Which content instances of a version are to run, as their own user data says. */
export const contentOf = (version: TemplateVersion | undefined): SiteName | undefined =>
  version && nameOfDigest(settingIn(version, 'SHA256'));

/** For how long its user data lets an instance live that runs one command. */
export const secondsToLive = (version: TemplateVersion | undefined): number =>
  version ? Number(settingIn(version, 'SECONDS_TO_LIVE')) : 0;

/** Whether an instance that is started now finds its artifact as its user data wants it. */
export function isFetchable(version: TemplateVersion, buckets: Buckets): boolean {
  const found = buckets.newest(`${settingIn(version, 'BUCKET')}/${settingIn(version, 'KEY')}`);
  return found !== undefined && createHash('sha256').update(found.body).digest('hex') === settingIn(version, 'SHA256');
}

/** The release that a group's new instances would run. */
export const releaseOf = ({ template, version }: Group, templates: Templates): string =>
  /^[0-9a-f]{20}(?= )/.exec(versionIn(templates, template, version)?.description ?? '')?.[0] ?? 'unknown';

/** The groups behind target groups, by the latter's ARNs. */
export function strengthsOfGroups({ all }: Groups, templates: Templates): Strengths {
  return Object.fromEntries(
    all.map((group) => {
      const healthy = group.instances.filter(({ health }) => health === 'healthy');
      const contents = healthy.map(({ version }) => contentOf(versionIn(templates, group.template, version)));
      const [name, ...others] = new Set(contents);
      const strength: Strength = {
        release: releaseOf(group, templates),
        desired: group.desired,
        running: group.instances.filter((one) => one.state === 'InService' && one.version === group.version).length,
        healthy: healthy.length,
        ...(name && others.length === 0 && { serves: name }),
      };
      return [group.targets, strength];
    }),
  );
}
