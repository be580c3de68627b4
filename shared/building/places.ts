import { createHash } from 'node:crypto';
import { setting } from '../aws/config.ts';
import type { BuildRow } from '../ledger/builds.ts';
import { derivedName } from '../manifest/derived-names.ts';
import type { Building } from './wanted.ts';

type Attempt = Pick<BuildRow, 'key' | 'attempt' | 'by' | 'at'>;

/** Whose builds: a pilot’s in one environment. What one may write, the code of another cannot touch (stack/builds.cjs). */
export interface Whose {
  pilot: string;
  environment: string;
}

/** Below it lie the builds, in the bucket of the manifests. */
const folderOf = ({ pilot, environment }: Whose, part: string): string => `builds/${pilot}/${environment}/${part}`;

export const sourceAt = (whose: Whose, { key }: Attempt) => ({
  bucket: setting('MANIFESTS_BUCKET'),
  key: `${folderOf(whose, key)}/source.zip`,
});

/** Each attempt has a file of its own: one that was given up cannot write over what another one made. */
export const artifactAt = (whose: Whose, { key, attempt }: Attempt) => ({
  bucket: setting('MANIFESTS_BUCKET'),
  folder: folderOf(whose, key),
  file: `artifact-${attempt}.zip`,
});

/** Where CodeBuild keeps what it caches. */
export const cacheAt = (whose: Whose): string => `${setting('MANIFESTS_BUCKET')}/${folderOf(whose, 'cache')}`;

/** The image that an attempt pushes: its tag is no other’s. */
export function imageAt({ pilot, environment }: Whose, attempt: Attempt, { commit }: Building) {
  const [account, region] = [setting('ACCOUNT'), setting('AWS_REGION')];
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return {
    ...{ account, region },
    registry: `${account}.dkr.ecr.${region}.${domain}`,
    repository: derivedName('repository', { pilot, environment }),
    tag: `${commit.slice(0, 12)}-${attempt.key.slice(0, 12)}-${onceOf(attempt)}`,
  };
}

export const logGroupOf = (pilot: string): string => `/pilotage/builds/${pilot}`;

/** Tells a build among all: for which pilot and environment it is in the words that events are matched by. */
export const markerOf = ({ pilot, environment }: Whose, attempt: Attempt): string =>
  `${pilot}-${environment}/${attempt.key}#${onceOf(attempt)}`;

/** Attempts count from 1 again once their row was forgotten; images and CodeBuild remember for longer. */
const onceOf = ({ attempt, by, at }: Attempt): string =>
  `${attempt}-${createHash('sha256').update(`${by} ${at}`).digest('hex').slice(0, 8)}`;
