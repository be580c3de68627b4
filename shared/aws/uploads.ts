import { HeadObjectCommand, NotFound } from '@aws-sdk/client-s3';
import { s3 } from './objects.ts';

/** One version of an uploaded manifest. */
export interface UploadedVersion {
  version: string;
  /** When S3 took it, to the second. */
  modified: Date;
  /** What the uploader wrote beside it: `requested-by`, `commit`, `artifact-version`, `ignore-alarms`, `online`. */
  metadata: Record<string, string>;
}

/**
 * A version of a key, the newest unless one is named; undefined when it was deleted.
 * @throws when the bucket keeps no versions: then nothing says which upload is meant.
 */
export async function uploadedVersion(
  bucket: string,
  key: string,
  version?: string,
): Promise<UploadedVersion | undefined> {
  try {
    const command = new HeadObjectCommand({ Bucket: bucket, Key: key, ...(version && { VersionId: version }) });
    const { VersionId, LastModified, Metadata = {} } = await s3.send(command);
    if (!VersionId || !LastModified) throw new Error(`the bucket ${bucket} keeps no versions; turn versioning on`);
    return { version: VersionId, modified: LastModified, metadata: Metadata };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
