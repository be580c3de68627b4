import { setting } from '../aws/config.ts';
import type { BuildRow } from '../ledger/builds.ts';
import { derivedName } from '../manifest/derived-names.ts';
import type { Building } from './wanted.ts';

type Attempt = Pick<BuildRow, 'key' | 'attempt'>;

/** Below it lie a pilot’s builds, in the bucket of the manifests. */
const folderOf = (pilot: string, { key }: Attempt): string => `builds/${pilot}/${key}`;

export const sourceAt = (pilot: string, attempt: Attempt) => ({
  bucket: setting('MANIFESTS_BUCKET'),
  key: `${folderOf(pilot, attempt)}/source.zip`,
});

/** Each attempt has a file of its own: one that was given up cannot write over what another one made. */
export const artifactAt = (pilot: string, attempt: Attempt) => ({
  bucket: setting('MANIFESTS_BUCKET'),
  folder: folderOf(pilot, attempt),
  file: `artifact-${attempt.attempt}.zip`,
});

/** The image that an attempt pushes: its tag is no other’s. */
export function imageAt(pilot: string, environment: string, { key, attempt }: Attempt, { commit }: Building) {
  const [account, region] = [setting('ACCOUNT'), setting('AWS_REGION')];
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    ...{ account, region },
    registry: `${account}.dkr.ecr.${region}.${domain}`,
    repository: derivedName('repository', { pilot, environment }),
    tag: `${commit.slice(0, 12)}-${key.slice(0, 12)}-${attempt}`,
  };
}

export const logGroupOf = (pilot: string): string => `/pilotage/builds/${pilot}`;

/** Tells a build among all: for which pilot and environment it is in the words that events are matched by. */
export const markerOf = (pilot: string, environment: string, { key, attempt }: Attempt): string =>
  `${pilot}-${environment}/${key}#${attempt}`;
