import { bucketIn, type Site } from '../../shared/preview/model.ts';
import type { Resource, Value } from '../template.ts';

/**
 * A bucket whose content is the pilot's: it outlives the stack, keeps what was replaced for a while, and is nobody's else.
 * @param rule how long older versions stay: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export const keptBucket = (
  site: Site,
  part: string,
  rule: { readonly [key: string]: Value },
  more: Record<string, Value> = {},
): Resource => ({
  Type: 'AWS::S3::Bucket',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    // The whole world's names: without an account CloudFormation makes one up.
    ...(site.account && { BucketName: bucketIn(site, part) }),
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    VersioningConfiguration: { Status: 'Enabled' },
    LifecycleConfiguration: { Rules: [rule] },
    ...more,
  },
});
