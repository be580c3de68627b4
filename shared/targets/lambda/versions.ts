import type { Version } from '../../aws/function-versions.ts';
import { describeOffline, OFFLINE } from './offline.ts';

/** A version's description tells which release it is; nothing else does. */
export const describe = (release: string): string => `Pilotage: release ${release}`;

const RELEASE = /^Pilotage: release ([0-9a-f]{20})$/;

const releaseIn = ({ description }: Version): string | undefined => RELEASE.exec(description)?.[1];

/** The release that a version is. One that somebody else published is called by its number. */
export function releaseOfVersion(versions: Version[], version: string): string {
  const found = versions.find((one) => one.version === version);
  return (found && releaseIn(found)) ?? `version ${version}`;
}

/** The version that is a release; the newest, should there be two. */
export const versionOfRelease = (versions: Version[], release: string): Version | undefined =>
  versions.findLast((version) => releaseIn(version) === release);

/** All versions that are one of these releases. */
export const versionsOfReleases = (versions: Version[], releases: string[]): Version[] =>
  versions.filter((version) => releases.includes(releaseIn(version) ?? ''));

/** The version that serves while the pilot is offline; of a page of somebody's own, the newest with that. */
export const offlineVersion = (versions: Version[], page?: string): Version | undefined =>
  page === undefined
    ? versions.find(({ description }) => description === OFFLINE)
    : versions.findLast(({ description }) => description === describeOffline(page));

/** Whether a version is one that serves while the pilot is offline. */
export const isOffline = (versions: Version[], version: string): boolean =>
  versions.some(
    (one) => one.version === version && (one.description === OFFLINE || one.description.startsWith(`${OFFLINE} `)),
  );
