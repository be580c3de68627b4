import type { ArtifactPlace } from '../../manifest/artifact.ts';
import type { Flaw } from './limits.ts';

/** An artifact as people know it. */
export const urlOf = ({ bucket, key, versionId }: ArtifactPlace): string =>
  `s3://${bucket}/${key}${versionId ? `?versionId=${versionId}` : ''}`;

export const forbidden = (bucket: string): Flaw => ({
  code: 'ARTIFACT_FORBIDDEN',
  message: 'Pilotage may not read it',
  expected: `an artifact beside the manifest, or a policy of the bucket ${bucket} that lets the roles of deploy-validate and deploy-prepare read it`,
});

export const missing = (version?: string): Flaw => ({
  code: 'ARTIFACT_MISSING',
  message: version ? `there is no version ${version} of the artifact` : 'there is no such artifact',
  expected: 'a zip that was uploaded before the manifest',
});
