const {
  ENVIRONMENT,
  NAME,
  PILOT,
  allow,
  arn,
  deny,
  environmentLogs,
  here,
  isPreview,
  policy,
  sub,
} = require('./pilots-words.cjs');

const named = (service, kind, ...beginnings) =>
  beginnings.map((beginning) => here(service, `${kind}${beginning}/${PILOT}/${ENVIRONMENT}/*`));

/**
 * The most that a role of a pilot may do. It is the same for all of them, and compares with the tags that the role
 * was given when it was made.
 */
module.exports = policy('The most that a role of a pilot may do, whatever its own policy says', [
  allow(
    'itsOwn',
    [
      'logs:CreateLogStream',
      'logs:DescribeLogStreams',
      'logs:PutLogEvents',
      'secretsmanager:GetSecretValue',
      'ssm:GetParameter',
      'ssm:GetParameters',
      'sqs:SendMessage',
      's3:GetObject',
      's3:PutObject',
    ],
    [
      here('logs', `log-group:/pilots/${PILOT}/${ENVIRONMENT}:*`),
      here('logs', `log-group:/pilots/${PILOT}/${ENVIRONMENT}/*`),
      ...environmentLogs,
      ...named('secretsmanager', 'secret:', 'pilots', 'made'),
      here('secretsmanager', `secret:\${SharedReferences}*`),
      ...named('ssm', 'parameter/', 'pilots', 'made'),
      here('ssm', `parameter/\${SharedReferences}*`),
      here('sqs', `${NAME}--*`),
      arn(`s3:::${NAME}--uploads--\${AWS::AccountId}/*`),
      // A name that was cut ends in a digest, and which one is the pilot's its own policy says.
      arn(`s3:::*---${'?'.repeat(16)}/*`),
    ],
  ),
  // What all previews of a pilot share, where no other environment's secrets lie.
  allow(
    'itsPreviews',
    ['secretsmanager:GetSecretValue', 'ssm:GetParameters'],
    [here('secretsmanager', `secret:pilots/${PILOT}/preview/*`), here('ssm', `parameter/pilots/${PILOT}/preview/*`)],
    isPreview,
  ),
  allow(
    'itsBackups',
    ['s3:DeleteObject', 's3:ListBucket', 's3:PutObject'],
    ['', '/*'].flatMap((more) => [
      arn(`s3:::${NAME}--backups--\${AWS::AccountId}${more}`),
      arn(`s3:::*---${'?'.repeat(16)}${more}`),
    ]),
  ),
  // RDS names its secrets by itself, and tags each with the database that it is of; which one the role's own policy says. Of
  // the tags that its own role may give them, nobody else can give one that begins so:
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRDSServiceRolePolicy.html
  allow('itsDatabase', ['secretsmanager:GetSecretValue'], here('secretsmanager', 'secret:rds!db-*'), {
    ArnLike: {
      'aws:ResourceTag/aws:rds:primaryDBInstanceArn': [
        here('rds', `db:${NAME}`),
        here('rds', `db:*-0${'?'.repeat(16)}`),
      ],
    },
  }),
  allow('itsReleases', ['s3:GetObject'], sub(`\${ManifestsBucket.Arn}/releases/${PILOT}/${ENVIRONMENT}/*`)),
  allow(
    'itsGroups',
    ['autoscaling:CompleteLifecycleAction'],
    here('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${NAME}--*`),
  ),
  allow(
    'images',
    ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    arn(`ecr:*:\${AWS::AccountId}:repository/*`),
  ),
  // Of who mounts, EFS compares no tags; which file system it is, the role's own policy says.
  // https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html#efs-condition-keys-for-nfs
  allow(
    'files',
    ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
    here('elasticfilesystem', 'file-system/*'),
  ),
  allow(
    'joinItsCluster',
    ['ecs:DeregisterContainerInstance', 'ecs:RegisterContainerInstance', 'ecs:SubmitAttachmentStateChanges'],
    here('ecs', `cluster/${NAME}`),
  ),
  allow(
    'workInItsCluster',
    ['ecs:Poll', 'ecs:StartTelemetrySession', 'ecs:UpdateContainerInstancesState'],
    here('ecs', `container-instance/${NAME}/*`),
  ),
  // None of them knows resources:
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmessagedeliveryservice.html
  allow(
    'withoutResources',
    [
      'ec2messages:AcknowledgeMessage',
      'ec2messages:DeleteMessage',
      'ec2messages:FailMessage',
      'ec2messages:GetEndpoint',
      'ec2messages:GetMessages',
      'ec2messages:SendReply',
      'ecr:GetAuthorizationToken',
      'ecs:DiscoverPollEndpoint',
      'ecs:SubmitContainerStateChange',
      'ecs:SubmitTaskStateChange',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ],
    '*',
  ),
  // The agent tells of the instance that it runs on.
  allow('commands', ['ssm:UpdateInstanceInformation'], [here('ec2', 'instance/*'), here('ssm', 'managed-instance/*')]),
  // Lambda itself joins a function to a network with the function's role; what it looks at there, lookAfterEnvironments allows.
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
  allow(
    'networks',
    [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:UnassignPrivateIpAddresses',
    ],
    '*',
  ),
  allow(
    'statistics',
    ['elasticbeanstalk:PutInstanceStatistics'],
    [here('elasticbeanstalk', `application/${NAME}`), here('elasticbeanstalk', `environment/${NAME}/*`)],
  ),
  // None of them knows resources.
  allow(
    'lookAfterEnvironments',
    [
      'autoscaling:Describe*',
      'cloudwatch:DescribeAlarms',
      'ec2:Describe*',
      'elasticloadbalancing:Describe*',
      'logs:DescribeLogGroups',
    ],
    '*',
  ),
  deny('noNetworksForItsCode', ['ec2:*'], '*', { Null: { 'lambda:SourceFunctionArn': 'false' } }),
]);
