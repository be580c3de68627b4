const {
  ENVIRONMENT,
  NAME,
  PILOT,
  allow,
  arn,
  environmentLogs,
  here,
  made,
  own,
  policy,
  retagged,
} = require('./pilots-words.cjs');

const logs = ['/pilots', '/aws/vendedlogs/pilots'].flatMap((root) =>
  ['', ':*', '/*'].map((more) => here('logs', `log-group:${root}/${PILOT}/${ENVIRONMENT}${more}`)),
);
const files = (...actions) => actions.map((action) => `elasticfilesystem:${action}`);

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticfilesystem.html */
module.exports = policy('What CloudFormation may do with what a pilot keeps', [
  // None of them knows resources.
  allow('lookAtAll', ['cloudwatch:DescribeAlarms', 'logs:DescribeLogGroups', ...files('DescribeFileSystems')], '*'),
  allow(
    'logs',
    [
      'logs:CreateLogGroup',
      'logs:DeleteLogGroup',
      'logs:DeleteRetentionPolicy',
      'logs:ListTagsForResource',
      'logs:PutRetentionPolicy',
      'logs:TagResource',
      'logs:UntagResource',
    ],
    [...logs, ...environmentLogs],
  ),
  allow(
    'alarms',
    [
      'cloudwatch:DeleteAlarms',
      'cloudwatch:ListTagsForResource',
      'cloudwatch:PutMetricAlarm',
      'cloudwatch:TagResource',
      'cloudwatch:UntagResource',
    ],
    here('cloudwatch', `alarm:${NAME}--*`),
  ),
  allow(
    'queues',
    [
      'sqs:CreateQueue',
      'sqs:DeleteQueue',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ListQueueTags',
      'sqs:SetQueueAttributes',
      'sqs:TagQueue',
      'sqs:UntagQueue',
    ],
    here('sqs', `${NAME}--*`),
  ),
  // A bucket's name may have been cut: then the role's tag says it. All of one that is there already is read before it is
  // taken over.
  allow(
    'buckets',
    [
      's3:CreateBucket',
      's3:GetBucket*',
      's3:Get*Configuration',
      's3:ListBucket',
      's3:PutBucket*',
      's3:PutEncryptionConfiguration',
      's3:PutLifecycleConfiguration',
      's3:TagResource',
      's3:UntagResource',
    ],
    [
      arn(`s3:::${NAME}--*--\${AWS::AccountId}`),
      ...['backups', 'uploads'].map((part) => arn(`s3:::\${!aws:PrincipalTag/pilotage:${part}}`)),
    ],
  ),

  allow('fileSystems', files('CreateFileSystem'), '*', made),
  allow(
    'accessPoints',
    files('CreateAccessPoint', 'CreateMountTarget'),
    here('elasticfilesystem', 'file-system/*'),
    own,
  ),
  allow(
    'changeFileSystems',
    files(
      'DeleteAccessPoint',
      'DeleteFileSystem',
      'DeleteFileSystemPolicy',
      'DeleteMountTarget',
      'DescribeAccessPoints',
      'DescribeBackupPolicy',
      'DescribeFileSystemPolicy',
      'DescribeLifecycleConfiguration',
      'DescribeMountTargetSecurityGroups',
      'DescribeMountTargets',
      'DescribeReplicationConfigurations',
      'ListTagsForResource',
      'PutBackupPolicy',
      'PutFileSystemPolicy',
      'PutLifecycleConfiguration',
      'UpdateFileSystem',
      'UpdateFileSystemProtection',
    ),
    '*',
    own,
  ),
  allow('tagNewFileSystems', files('TagResource'), '*', {
    StringEquals: {
      ...made.StringEquals,
      'elasticfilesystem:CreateAction': ['CreateAccessPoint', 'CreateFileSystem'],
    },
  }),
  allow('tagFileSystems', files('TagResource', 'UntagResource'), '*', retagged),
]);
