import {
  DescribeImagesCommand,
  ECRClient,
  ImageNotFoundException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { clientConfig } from './config.ts';
import { isDenied } from './presence.ts';

/** An image in ECR, by its tag. */
export interface TaggedImage {
  account: string;
  region: string;
  repository: string;
  tag: string;
}

/**
 * The digest that a tag stands for now.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html
 */
export async function digestOf({
  account,
  region,
  repository,
  tag,
}: TaggedImage): Promise<{ digest: string } | 'no image' | 'no repository' | 'denied'> {
  const client = new ECRClient({ ...clientConfig, region });
  try {
    const { imageDetails = [] } = await client.send(
      new DescribeImagesCommand({ registryId: account, repositoryName: repository, imageIds: [{ imageTag: tag }] }),
    );
    const digest = imageDetails[0]?.imageDigest;
    return digest ? { digest } : 'no image';
  } catch (error) {
    if (error instanceof ImageNotFoundException) return 'no image';
    if (error instanceof RepositoryNotFoundException) return 'no repository';
    if (isDenied(error)) return 'denied';
    throw error;
  }
}
