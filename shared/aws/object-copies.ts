import { CopyObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { type PinnedObject, s3 } from './objects.ts';

/** Bytes that S3 copies in one call. */
export const MOST_COPIED = 5 * 1024 ** 3;

/**
 * Copies an object in exactly the state that it was pinned in; its content never passes through here.
 * @returns `absent` when it is gone or another one by now.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copyPinned(from: PinnedObject, bucket: string, key: string): Promise<'copied' | 'absent'> {
  const path = `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`;
  try {
    await s3.send(
      new CopyObjectCommand({
        Bucket: bucket,
        Key: key,
        CopySource: from.version ? `${path}?versionId=${encodeURIComponent(from.version)}` : path,
        CopySourceIfMatch: from.etag,
        // Tags would need a right of their own.
        TaggingDirective: 'REPLACE',
      }),
    );
    return 'copied';
  } catch (error) {
    if (error instanceof S3ServiceException && [404, 412].includes(error.$metadata.httpStatusCode ?? 0))
      return 'absent';
    throw error;
  }
}
