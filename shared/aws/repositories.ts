import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  PutLifecyclePolicyCommand,
  RepositoryAlreadyExistsException,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { clientConfig } from './config.ts';

const client = new ECRClient(clientConfig);

/**
 * Makes a repository for images, whose tags never come to mean another image; one that is there is left as it is.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
 */
export async function makeRepository(name: string, tags: Record<string, string>): Promise<void> {
  try {
    await client.send(
      new CreateRepositoryCommand({
        repositoryName: name,
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
        tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  } catch (error) {
    if (!(error instanceof RepositoryAlreadyExistsException)) throw error;
  }
}

/**
 * Removes a repository with its images; one that is gone already is no error. It is looked for first: who may remove those
 * with a tag alone is denied what is not there.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html
 */
export async function removeRepository(name: string): Promise<void> {
  try {
    await client.send(new DescribeImagesCommand({ repositoryName: name, maxResults: 1 }));
    await client.send(new DeleteRepositoryCommand({ repositoryName: name, force: true }));
  } catch (error) {
    if (!(error instanceof RepositoryNotFoundException)) throw error;
  }
}

/**
 * Has ECR remove what has no tag some days after it was pushed, and nothing else. What an image that has one consists of stays
 * with it.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export async function removeUntagged(repositoryName: string, days: number): Promise<void> {
  const rule = {
    rulePriority: 1,
    description: 'What no tag leads to',
    selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: days },
    action: { type: 'expire' },
  };
  const lifecyclePolicyText = JSON.stringify({ rules: [rule] });
  await client.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
}
