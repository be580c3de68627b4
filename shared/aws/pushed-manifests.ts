import { PutObjectCommand } from '@aws-sdk/client-s3';
import { setting } from './config.ts';
import { type ObjectPlace, s3 } from './objects.ts';

/**
 * Keeps a manifest as a commit has it, beside those that were uploaded. The same may be kept twice: each is a version of its own.
 * @throws when the bucket keeps no versions.
 */
export async function keepPushedManifest(
  { pilot, environment, commit }: { pilot: string; environment: string; commit: string },
  bytes: Uint8Array,
): Promise<Required<ObjectPlace>> {
  const bucket = setting('MANIFESTS_BUCKET');
  const key = `pushes/${pilot}/${environment}/${commit}/pilot.yaml`;
  const { VersionId: version } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: 'application/yaml' }),
  );
  if (!version) throw new Error(`the bucket ${bucket} keeps no versions; turn versioning on`);
  return { bucket, key, version };
}
