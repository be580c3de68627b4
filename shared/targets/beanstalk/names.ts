import { derivedName } from '../../manifest/derived-names.ts';
import { COLOURS } from '../balanced/colours.ts';

interface Whose {
  pilot: string;
  environment: string;
}

const named = ({ pilot, environment }: Whose, part: string): string =>
  derivedName('beanstalk-environment', { pilot, environment, parts: [part] });

export const applicationName = ({ pilot, environment }: Whose): string =>
  derivedName('beanstalk-application', { pilot, environment });

/** The names of blue and green. */
export const colourNames = (whose: Whose): string[] => COLOURS.map((colour) => named(whose, colour));

/** The name of what serves while nothing is live. */
export const standbyName = (whose: Whose): string => named(whose, 'offline');

/** The name of what runs one command for a release. */
export const taskName = (whose: Whose): string => named(whose, 'task');

/** Where a bundle lies in the bucket of the releases; the pilot's roles read nothing but what is below its own folder. */
export const bundleKey = ({ pilot, environment }: Whose, name: string): string =>
  `releases/${pilot}/${environment}/${name}.zip`;

const RELEASE = /^[0-9a-f]{20}$/;

/** An application version is labelled with the release that it is; one that somebody else made is called by its label. */
export const releaseOf = (label: string): string => (RELEASE.test(label) ? label : `version ${label}`);
