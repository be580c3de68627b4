import { HeadObjectCommand, NotFound } from '@aws-sdk/client-s3';
import { s3 } from './objects.ts';

/** What lies under an uploaded key at this moment. */
export interface CurrentUpload {
  version: string;
  /** When S3 took it, to the second. */
  modified: Date;
  /** What the uploader wrote beside it: `requested-by`, `commit`. */
  metadata: Record<string, string>;
}

/**
 * The newest version of a key, or undefined when it was deleted.
 * @throws when the bucket keeps no versions: then nothing says which upload is meant.
 */
export async function currentUpload(bucket: string, key: string): Promise<CurrentUpload | undefined> {
  try {
    const {
      VersionId,
      LastModified,
      Metadata = {},
    } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    if (!VersionId || !LastModified) throw new Error(`the bucket ${bucket} keeps no versions; turn versioning on`);
    return { version: VersionId, modified: LastModified, metadata: Metadata };
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
