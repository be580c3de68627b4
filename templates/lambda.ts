import type { ResolvedFor } from '../shared/manifest/complete.ts';
import { nameIn, type Site } from '../shared/preview/model.ts';
import { functionAlarms } from './parts/alarms.ts';
import { logsPart } from './parts/logs.ts';
import { allow, BOUNDARY, readingSecrets, role } from './parts/role.ts';
import { att, type Part } from './template.ts';

/**
 * What a function needs that lasts longer than a release: its role, its log
 * group, a queue for calls that failed, alarms. The function itself, its versions and its alias,
 * the pointer, are made with the releases.
 */
export function lambdaParts(site: Site<ResolvedFor<'lambda'>>): Part[] {
  const { alarms, lambda } = site.manifest;
  return [
    BOUNDARY,
    logsPart(site),
    {
      Resources: {
        FailedCalls: {
          Type: 'AWS::SQS::Queue',
          Properties: {
            QueueName: nameIn(site, 'queue', 'failed-calls'),
            MessageRetentionPeriod: 14 * 86_400,
            SqsManagedSseEnabled: true,
          },
        },
        FunctionRole: role(site, 'function', 'lambda.amazonaws.com', [
          allow(['logs:CreateLogStream', 'logs:PutLogEvents'], att('Logs', 'Arn')),
          allow(['sqs:SendMessage'], att('FailedCalls', 'Arn')),
          ...readingSecrets(site),
          ...(lambda.events ? [allow(['s3:GetObject', 's3:PutObject'], objectsOf('Uploads'))] : []),
        ]),
      },
      Outputs: {
        Role: { Description: 'The role that the function runs as', Value: att('FunctionRole', 'Arn') },
        FailedCalls: { Description: 'Where calls go that failed to the last', Value: att('FailedCalls', 'Arn') },
      },
    },
    ...(lambda.events ? [uploadsPart(site)] : []),
    functionAlarms(site, alarms),
  ];
}

const objectsOf = (bucket: string) => ({ 'Fn::Sub': `\${${bucket}.Arn}/*` });

/** The bucket whose objects call the function. What is in it is the pilot's: it is never removed with the stack. */
const uploadsPart = (site: Site): Part => ({
  Resources: {
    Uploads: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        // The whole world's names: without an account CloudFormation makes one up.
        ...(site.account && { BucketName: nameIn(site, 'bucket', 'uploads', site.account) }),
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
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      },
    },
  },
  Outputs: { Uploads: { Description: 'The bucket whose objects call the function', Value: { Ref: 'Uploads' } } },
});
