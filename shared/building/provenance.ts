import type { Facts } from '../outcome.ts';
import type { Building } from './wanted.ts';

/** Where what is deployed comes from: kept with the release, and told with each notification. */
export interface Provenance {
  repository: string;
  commit: string;
  /** The builder’s id of the build. */
  build: string;
  /** SHA-256 of all that went into it, 64 hex digits. */
  inputs: string;
  /** `sha256:…` of the artifact or the image. */
  digest: string;
  /** Where a person reads its log. */
  log?: string;
  /** When it was done (ISO). */
  at: string;
}

/** What a build came to. */
export interface Built {
  build: string;
  digest: string;
  /** `s3://…?versionId=…` or `…@sha256:…`, as `source` names it. */
  source: { artifact: string } | { image: string };
  log?: string;
  at: string;
}

export const provenanceOf = ({ repository, commit }: Building, key: string, built: Built): Provenance => ({
  repository,
  commit,
  build: built.build,
  inputs: key,
  digest: built.digest,
  ...(built.log && { log: built.log }),
  at: built.at,
});

/** For people. */
export const factsOf = ({ build, commit, digest, log }: Provenance): Facts => ({
  build,
  commit,
  digest,
  ...(log && { log }),
});
