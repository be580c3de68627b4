import { derivedName } from '../../manifest/derived-names.ts';
import type { Colour } from '../balanced/colours.ts';

interface Whose {
  pilot: string;
  environment: string;
}

export const serviceName = ({ pilot, environment }: Whose, colour: Colour): string =>
  derivedName('service', { pilot, environment, parts: [colour] });

/** Each release has a family of its own, so that a service's task definition tells which release it runs. */
export const familyOf = ({ pilot, environment }: Whose, release: string): string =>
  derivedName('task-family', { pilot, environment, parts: [release] });

/** How the families of all releases begin; no other pilot’s, and no other environment’s, begin so. */
export const familiesOf = ({ pilot, environment }: Whose): string => familyOf({ pilot, environment }, '');

const RELEASE = /--([0-9a-f]{20}):\d+$/;

/** The release in `…:task-definition/acme-shop-production--0123456789abcdef0123:4`; undefined where it is none of ours. */
export const releaseIn = (taskDefinition: string): string | undefined => RELEASE.exec(taskDefinition)?.[1];

/** The capacity provider of instances of the pilot's own, where Fargate does not run its tasks. */
export const hostsProvider = ({ pilot, environment }: Whose): string =>
  derivedName('capacity-provider', { pilot, environment, parts: ['hosts'] });

/** The one container of a task. */
export const CONTAINER = 'app';
