import {
  BatchDeleteImageCommand,
  ECRClient,
  paginateDescribeImages,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { clientConfig } from './config.ts';

/** An image that lies in a repository of this account. */
export interface StoredImage {
  /** `sha256:…` */
  digest: string;
  tags: string[];
  pushedAt: Date;
}

const client = new ECRClient(clientConfig);

/** So many a call removes: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html */
const MOST_AT_ONCE = 100;

/**
 * All images of a repository; none where there is no such repository.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
 */
export async function listImages(repositoryName: string): Promise<StoredImage[]> {
  const images: StoredImage[] = [];
  try {
    for await (const { imageDetails = [] } of paginateDescribeImages({ client, pageSize: 1000 }, { repositoryName }))
      for (const { imageDigest: digest, imageTags: tags = [], imagePushedAt: pushedAt } of imageDetails)
        if (digest && pushedAt) images.push({ digest, tags, pushedAt });
  } catch (error) {
    if (error instanceof RepositoryNotFoundException) return [];
    throw error;
  }
  return images;
}

/**
 * Removes images with all of their tags; one that is gone already is no error, and one that another image consists of stays.
 * @returns how many are gone now.
 */
export async function removeImages(repositoryName: string, digests: readonly string[]): Promise<number> {
  let removed = 0;
  for (let at = 0; at < digests.length; at += MOST_AT_ONCE) {
    const imageIds = digests.slice(at, at + MOST_AT_ONCE).map((imageDigest) => ({ imageDigest }));
    const { imageIds: gone = [] } = await client.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    // Each tag is told on its own.
    removed += new Set(gone.map(({ imageDigest }) => imageDigest)).size;
  }
  return removed;
}
