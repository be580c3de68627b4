import { derivedName } from '../../manifest/derived-names.ts';
import type { Colour } from '../balanced/colours.ts';

interface Whose {
  pilot: string;
  environment: string;
}

export const groupName = ({ pilot, environment }: Whose, colour: Colour): string =>
  derivedName('scaling-group', { pilot, environment, parts: [colour] });

/** What an instance is called that runs one command. */
export const taskName = ({ pilot, environment }: Whose): string =>
  derivedName('scaling-group', { pilot, environment, parts: ['task'] });

/** The lifecycle hook that holds an instance back until it says that it is installed. */
export const HOOK = 'installed';

/** Where the copies of a release's artifact lie in the bucket of manifests; no other pilot's role reads there. */
export const releaseFolder = ({ pilot, environment }: Whose, release: string): string =>
  `releases/${pilot}/${environment}/${release}/`;

/** Zips that hold the same files are one release, and not the same bytes. */
export const releaseKey = (whose: Whose, release: string, sha256: string): string =>
  `${releaseFolder(whose, release)}${sha256}.zip`;

/** Beside them, its settings. */
export const settingsKey = (plan: Whose & { release: string }, { name, sha256 }: { name: string; sha256: string }) =>
  `${releaseFolder(plan, plan.release)}config/${sha256}/${name}`;

/** Log streams of an instance: what it was installed with, and what the pilot itself writes. */
export const installStream = (release: string, instance: string): string => `${release}/install/${instance}`;
export const appStream = (release: string, instance: string): string => `${release}/app/${instance}`;
