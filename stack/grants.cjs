const { policies } = require('./pilots.cjs');

/**
 * What a function may do, by name: each grant is an IAM statement on named
 * resources, and the environment variables that go with it. Which function has
 * which grant stands in functions.yml. Pilots' resources are named by the pilots (shared/manifest/derived-names.ts):
 * where their names have nothing in common, what is Pilotage's own is taken out by a denial.
 */
const arn = (text) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${text}` });
const here = (service, resource) => arn(`${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);
const attribute = (resource, name = 'Arn') => ({ 'Fn::GetAtt': [resource, name] });
const inside = (resource, path) => ({ 'Fn::Sub': `\${${resource}.Arn}/${path}` });

module.exports = (name) => {
  const table = { TABLE: { Ref: 'Table' } };
  const machine = (which) => here('states', `stateMachine:${name}-${which}`);
  const executions = (which) => here('states', `execution:${name}-${which}:*`);
  const manifests = { MANIFESTS_BUCKET: { Ref: 'ManifestsBucket' } };
  const sites = { SITE_BUCKET: { Ref: 'SiteBucket' }, SITE_URL: { Ref: 'SiteUrl' } };
  const pointers = { KVS_ARN: attribute('Pointers'), SITE_URL: { Ref: 'SiteUrl' } };

  const services = ['blue', 'green'].map((colour) => here('ecs', `service/*/*--${colour}`));
  const scalingGroups = ['blue', 'green'].map((colour) =>
    here('autoscaling', `autoScalingGroup:*:autoScalingGroupName/*--${colour}`),
  );
  // By the names of their environments; one that was cut ends in a digest.
  const leaderLogs = ['*--task', `*---${'?'.repeat(16)}`].map((environment) =>
    here('logs', `log-group:/aws/elasticbeanstalk/${environment}/pilotage:*`),
  );
  // One for each pilot and environment: shared/building/role.ts, shared/provisioning/service-role.ts
  const buildRoles = arn(`iam::\${AWS::AccountId}:role/${name}-builds/*`);
  const builds = here('codebuild', `project/${name}-builds`);
  const serviceRoles = arn(`iam::\${AWS::AccountId}:role/${name}/*`);
  // Environments of pull requests, `pr12`, as far as a pattern can say it (shared/manifest/identifiers.ts).
  const previews = [...'123456789'].map((digit) => `pr${digit}*`);
  const ofPreviews = { StringLike: { 'aws:ResourceTag/pilotage:environment': previews } };
  const underServiceRole = { ArnLike: { 'cloudformation:RoleArn': serviceRoles } };

  return {
    'read the ledger': { allow: ['dynamodb:GetItem', 'dynamodb:Query'], on: [attribute('Table')], env: table },
    'write the ledger': {
      allow: ['dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
      on: [attribute('Table')],
      env: table,
    },
    'remove from the ledger': { allow: ['dynamodb:DeleteItem'], on: [attribute('Table')], env: table },
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    'forget connections': {
      allow: ['dynamodb:DeleteItem'],
      on: [attribute('Table')],
      when: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['CONNECTIONS'] } },
      env: table,
    },
    // Its history is in the same partition as what is forgotten of it: which rows go, a condition cannot say.
    'forget previews': {
      allow: ['dynamodb:DeleteItem'],
      on: [attribute('Table')],
      when: {
        'ForAllValues:StringLike': {
          'dynamodb:LeadingKeys': [
            ...previews.flatMap((preview) => [`PILOT#*#${preview}`, `RUN#*#${preview}`]),
            ...['BUILDS#*', 'EDGE', 'PILOTS', 'PREVIEWS'],
          ],
        },
      },
      env: table,
    },
    'tell the bus': { allow: ['events:PutEvents'], on: [attribute('Bus')], env: { BUS: { Ref: 'Bus' } } },
    'answer the machine': {
      allow: ['states:SendTaskSuccess', 'states:SendTaskFailure'],
      on: [machine('deploy'), machine('remove'), machine('rollback')],
    },
    'start deployments': {
      allow: ['states:StartExecution'],
      on: [machine('deploy'), machine('remove')],
      env: { DEPLOY_MACHINE: machine('deploy'), REMOVE_MACHINE: machine('remove') },
    },
    'ask for deployments': {
      allow: ['states:DescribeExecution'],
      on: [executions('deploy'), executions('remove')],
      env: { DEPLOY_MACHINE: machine('deploy'), REMOVE_MACHINE: machine('remove') },
    },
    'start recoveries': {
      allow: ['states:StartExecution'],
      on: [machine('rollback')],
      env: { ROLLBACK_MACHINE: machine('rollback') },
    },
    'start edge syncs': {
      allow: ['states:StartExecution'],
      on: [machine('edge-sync')],
      env: { EDGE_MACHINE: machine('edge-sync') },
    },
    'ask for edge syncs': { allow: ['states:DescribeExecution'], on: [executions('edge-sync')] },
    'ask for recoveries': { allow: ['states:DescribeExecution'], on: [executions('rollback')] },
    'run steps again': { allow: ['lambda:InvokeFunction'], on: [here('lambda', `function:${name}-deploy-*`)] },
    'read manifests': {
      allow: ['s3:GetObject', 's3:GetObjectVersion'],
      on: [inside('ManifestsBucket', 'pilots/*'), inside('ManifestsBucket', 'pushes/*')],
      env: manifests,
    },
    'read the operator file': {
      allow: ['s3:GetObject'],
      on: [inside('ManifestsBucket', 'operator.yaml')],
      env: { ...manifests, ACCOUNT: { Ref: 'AWS::AccountId' } },
    },
    // Whether they exist, never what they hold; the names that begin so are the pilots' own, and those that they share.
    'look for secrets': {
      allow: ['secretsmanager:DescribeSecret'],
      on: [here('secretsmanager', 'secret:pilots/*'), here('secretsmanager', `secret:\${SharedReferences}*`)],
    },
    // It knows no resources: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
    'look for parameters': { allow: ['ssm:DescribeParameters'], on: ['*'] },
    'look for stacks': {
      allow: ['cloudformation:DescribeStacks'],
      on: [here('cloudformation', `stack/\${SharedStacks}*/*`)],
    },
    // They have no common beginning.
    'look at pilots’ stacks': {
      allow: ['cloudformation:DescribeStacks'],
      on: [here('cloudformation', 'stack/*')],
    },
    // Nothing that it makes is ever executed; of change sets of others it can neither read nor remove one.
    'preview stacks': {
      allow: ['cloudformation:CreateChangeSet', 'cloudformation:DescribeChangeSet', 'cloudformation:DeleteChangeSet'],
      on: [here('cloudformation', 'stack/*')],
      when: { StringLike: { 'cloudformation:ChangeSetName': 'pilotage-plan-*' } },
    },
    // Stacks of pilots have no common beginning: those of others are told by their tags, and left alone.
    'make change sets': {
      allow: ['cloudformation:CreateChangeSet'],
      on: [here('cloudformation', 'stack/*')],
      when: { StringLike: { 'cloudformation:ChangeSetName': 'pilotage-deploy-*' }, ...underServiceRole },
      env: { PILOT_BOUNDARY: { Ref: 'PilotBoundary' }, OPERATIONS_BOUNDARY: { Ref: 'OperationsBoundary' } },
    },
    'carry out change sets': {
      allow: ['cloudformation:DescribeChangeSet', 'cloudformation:ExecuteChangeSet', 'cloudformation:DeleteChangeSet'],
      on: [here('cloudformation', 'stack/*')],
      when: { StringLike: { 'cloudformation:ChangeSetName': 'pilotage-deploy-*' } },
    },
    'undo stacks': {
      allow: ['cloudformation:DeleteStack', 'cloudformation:ContinueUpdateRollback'],
      on: [here('cloudformation', 'stack/*')],
      when: underServiceRole,
    },
    'look after stacks': {
      allow: [
        'cloudformation:DescribeStacks',
        'cloudformation:DescribeStackEvents',
        'cloudformation:DescribeEvents',
        'cloudformation:SetStackPolicy',
        'cloudformation:UpdateTerminationProtection',
        'cloudformation:TagResource',
      ],
      on: [here('cloudformation', 'stack/*')],
    },
    'follow stacks': { allow: ['cloudformation:DescribeStackEvents'], on: [here('cloudformation', 'stack/*')] },
    // One that was never made has no tags yet.
    'remove stacks of previews': {
      allow: ['cloudformation:DeleteStack'],
      on: previews.map((preview) => here('cloudformation', `stack/*-${preview}/*`)),
      when: {
        ...underServiceRole,
        StringLikeIfExists: { 'aws:ResourceTag/pilotage:environment': previews },
      },
    },
    'remove roles of previews': {
      allow: ['iam:DeleteRole', 'iam:DetachRolePolicy'],
      on: [serviceRoles, buildRoles],
      when: ofPreviews,
    },
    'hand over service roles': {
      allow: ['iam:PassRole'],
      on: [serviceRoles],
      when: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
    },
    'look at service roles': { allow: ['iam:GetRole', 'iam:ListAttachedRolePolicies'], on: [serviceRoles] },
    // A role is made with its tags.
    'tag service roles': { allow: ['iam:TagRole'], on: [serviceRoles] },
    'make service roles': {
      allow: ['iam:CreateRole'],
      on: [serviceRoles],
      when: { StringEquals: { 'iam:PermissionsBoundary': { Ref: 'ProvisionBoundary' } } },
      env: {
        PROVISION_PATH: `/${name}/`,
        PROVISION_BOUNDARY: { Ref: 'ProvisionBoundary' },
        PROVISION_POLICIES: { 'Fn::Join': [',', policies.map((Ref) => ({ Ref }))] },
      },
    },
    'arm service roles': {
      allow: ['iam:AttachRolePolicy'],
      on: [serviceRoles],
      when: { ArnEquals: { 'iam:PolicyARN': policies.map((Ref) => ({ Ref })) } },
    },
    'name build roles': {
      allow: ['iam:GetRole', 'iam:ListAttachedRolePolicies'],
      on: [buildRoles],
      env: { BUILD_PATH: `/${name}-builds/`, BUILD_POLICY: { Ref: 'BuildBoundary' } },
    },
    'look at build roles': { allow: ['iam:GetRole', 'iam:ListAttachedRolePolicies'], on: [buildRoles] },
    'tag build roles': { allow: ['iam:TagRole'], on: [buildRoles] },
    'make build roles': {
      allow: ['iam:CreateRole'],
      on: [buildRoles],
      when: { StringEquals: { 'iam:PermissionsBoundary': { Ref: 'BuildBoundary' } } },
      env: {
        ACCOUNT: { Ref: 'AWS::AccountId' },
        BUILD_PATH: `/${name}-builds/`,
        BUILD_POLICY: { Ref: 'BuildBoundary' },
        BUILD_FLEET: { Ref: 'BuildFleet' },
      },
    },
    'arm build roles': {
      allow: ['iam:AttachRolePolicy'],
      on: [buildRoles],
      when: { ArnEquals: { 'iam:PolicyARN': { Ref: 'BuildBoundary' } } },
    },
    'hand over build roles': {
      allow: ['iam:PassRole'],
      on: [buildRoles],
      when: { StringEquals: { 'iam:PassedToService': 'codebuild.amazonaws.com' } },
    },
    'start builds': { allow: ['codebuild:StartBuild'], on: [builds] },
    'look at builds': {
      allow: ['codebuild:BatchGetBuilds', 'codebuild:ListBuildsForProject'],
      on: [builds],
      env: { BUILD_PROJECT: `${name}-builds` },
    },
    'stop builds': { allow: ['codebuild:StopBuild'], on: [builds] },
    'bring code to builds': {
      allow: ['s3:PutObject'],
      on: [inside('ManifestsBucket', 'builds/*/source.zip')],
      env: manifests,
    },
    'read what was built': {
      allow: ['s3:GetObject', 's3:GetObjectVersion'],
      on: [inside('ManifestsBucket', 'builds/*')],
      env: manifests,
    },
    'make repositories of images': {
      allow: ['ecr:CreateRepository', 'ecr:TagResource'],
      on: [here('ecr', 'repository/pilots/*')],
      when: { StringLike: { 'aws:RequestTag/pilotage:pilot': '*' } },
    },
    // Only of those that it made itself.
    'clear repositories of images': {
      allow: ['ecr:BatchDeleteImage', 'ecr:PutLifecyclePolicy'],
      on: [here('ecr', 'repository/pilots/*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    'remove repositories of previews': {
      allow: ['ecr:DeleteRepository'],
      on: [here('ecr', 'repository/pilots/*')],
      when: ofPreviews,
    },
    'remove what was built for previews': {
      allow: ['s3:DeleteObject'],
      on: previews.flatMap((preview) =>
        ['builds', 'pushes'].map((folder) => inside('ManifestsBucket', `${folder}/*/${preview}/*`)),
      ),
      env: manifests,
    },
    'keep logs of builds': {
      allow: ['logs:CreateLogGroup', 'logs:GetLogEvents', 'logs:PutRetentionPolicy'],
      on: [here('logs', 'log-group:/pilotage/builds/*')],
    },
    // Those that are too large for a call; CloudFormation reads them with the rights of whoever asks it.
    'hand over templates': {
      allow: ['s3:GetObject', 's3:PutObject'],
      on: [inside('ManifestsBucket', 'templates/*')],
      env: manifests,
    },
    // None of them knows resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html
    'look for zones': {
      allow: ['acm:ListCertificates', 'ec2:DescribeManagedPrefixLists', 'route53:ListHostedZonesByName'],
      on: ['*'],
    },
    'look at certificates': {
      allow: ['acm:DescribeCertificate', 'acm:ListTagsForCertificate'],
      on: [arn(`acm:us-east-1:\${AWS::AccountId}:certificate/*`)],
    },
    'request certificates': {
      allow: ['acm:RequestCertificate'],
      on: [arn(`acm:us-east-1:\${AWS::AccountId}:certificate/*`)],
      when: { StringLike: { 'aws:RequestTag/pilotage:pilot': '*' } },
    },
    // Which it has from the request on: whose one is never changes.
    'tag new certificates': {
      allow: ['acm:AddTagsToCertificate'],
      on: [arn(`acm:us-east-1:\${AWS::AccountId}:certificate/*`)],
      when: {
        StringLike: { 'aws:RequestTag/pilotage:pilot': '*' },
        Null: { 'aws:ResourceTag/pilotage:pilot': 'true' },
      },
    },
    // What proves to AWS whose a name is, and leads no visitor anywhere.
    'prove names': {
      allow: ['route53:ChangeResourceRecordSets'],
      on: [arn('route53:::hostedzone/*')],
      when: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
          'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
        },
        'ForAllValues:StringLike': { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['_*'] },
      },
    },
    // Those of other accounts, their own policies say.
    'look at images': { allow: ['ecr:DescribeImages'], on: [arn(`ecr:*:\${AWS::AccountId}:repository/*`)] },
    'look at pilots’ functions': {
      allow: [
        'lambda:GetAlias',
        'lambda:GetFunction',
        'lambda:GetFunctionUrlConfig',
        'lambda:GetPolicy',
        'lambda:GetProvisionedConcurrencyConfig',
        'lambda:ListTags',
        'lambda:ListVersionsByFunction',
      ],
      on: [here('lambda', 'function:*')],
    },
    'make pilots’ functions': {
      allow: [
        'lambda:AddPermission',
        'lambda:CreateAlias',
        'lambda:CreateFunction',
        'lambda:CreateFunctionUrlConfig',
        'lambda:DeleteFunctionCodeSigningConfig',
        'lambda:PublishVersion',
        'lambda:PutFunctionCodeSigningConfig',
        'lambda:PutFunctionConcurrency',
        'lambda:PutProvisionedConcurrencyConfig',
        'lambda:TagResource',
        'lambda:UpdateFunctionCode',
        'lambda:UpdateFunctionConfiguration',
        'lambda:UpdateFunctionUrlConfig',
      ],
      on: [here('lambda', 'function:*'), here('lambda', 'code-signing-config:*')],
    },
    'move pilots’ aliases': { allow: ['lambda:CreateAlias', 'lambda:UpdateAlias'], on: [here('lambda', 'function:*')] },
    'register functions with load balancers': {
      allow: ['elasticloadbalancing:RegisterTargets'],
      on: [here('elasticloadbalancing', 'targetgroup/function-*')],
    },
    // They know no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    'look at edge groups': {
      allow: ['ec2:DescribeManagedPrefixLists', 'ec2:DescribeSecurityGroupRules'],
      on: ['*'],
      env: { INSTALLATION: name },
    },
    'read the quota of rules': {
      allow: ['servicequotas:GetServiceQuota'],
      on: [here('servicequotas', 'vpc/L-0EA8095F')],
    },
    // Those in front of load balancers (templates/parts/edge.ts), and no other group of a pilot.
    'keep edge groups': {
      allow: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'],
      on: [here('ec2', 'security-group/*')],
      when: {
        StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' },
        StringEquals: { 'aws:ResourceTag/pilotage:edge': 'entrance' },
      },
    },
    'read edge lists': {
      allow: ['ec2:GetManagedPrefixListEntries'],
      on: [here('ec2', 'prefix-list/*')],
      when: { StringEquals: { 'aws:ResourceTag/pilotage:installation': name } },
    },
    'keep edge lists': {
      allow: ['ec2:ModifyManagedPrefixList'],
      on: [here('ec2', 'prefix-list/*')],
      when: { StringEquals: { 'aws:ResourceTag/pilotage:installation': name } },
    },
    'make edge lists': {
      allow: ['ec2:CreateManagedPrefixList'],
      on: [here('ec2', 'prefix-list/*')],
      when: { StringEquals: { 'aws:RequestTag/pilotage:installation': name } },
    },
    'tag new edge lists': {
      allow: ['ec2:CreateTags'],
      on: [here('ec2', 'prefix-list/*')],
      when: { StringEquals: { 'ec2:CreateAction': 'CreateManagedPrefixList' } },
    },
    // They know no resources: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    'look at networks': {
      allow: ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
      on: ['*'],
    },
    'call pilots’ functions': { allow: ['lambda:InvokeFunction'], on: [here('lambda', 'function:*:*')] },
    'cool pilots’ functions': {
      allow: [
        'lambda:DeleteFunctionConcurrency',
        'lambda:DeleteFunctionUrlConfig',
        'lambda:DeleteProvisionedConcurrencyConfig',
        'lambda:PutFunctionConcurrency',
        'lambda:RemovePermission',
        'lambda:UpdateFunctionUrlConfig',
      ],
      on: [here('lambda', 'function:*')],
    },
    // With its number behind the name it is a version that is removed, and never the function.
    'remove pilots’ versions': { allow: ['lambda:DeleteFunction'], on: [here('lambda', 'function:*:*')] },
    'remove functions of previews': {
      allow: ['lambda:DeleteFunction'],
      on: [here('lambda', 'function:*')],
      when: ofPreviews,
    },
    'never Pilotage’s own functions': {
      deny: ['lambda:*'],
      on: [here('lambda', `function:${name}-*`)],
    },
    'hand over pilots’ roles': {
      allow: ['iam:PassRole'],
      on: ['function', 'execution', 'task'].map((part) => arn(`iam::\${AWS::AccountId}:role/*--${part}`)),
      when: { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'ecs-tasks.amazonaws.com'] } },
    },
    'look at services': { allow: ['ecs:DescribeServices'], on: services },
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html: they know no resources.
    'look at load balancers': {
      allow: ['elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeTargetHealth'],
      on: ['*'],
    },
    'set health checks': {
      allow: ['elasticloadbalancing:ModifyTargetGroup'],
      on: [here('elasticloadbalancing', 'targetgroup/*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    'make services': {
      allow: ['ecs:CreateService', 'ecs:RegisterTaskDefinition', 'ecs:TagResource', 'ecs:UpdateService'],
      on: [...services, here('ecs', 'task-definition/*--*')],
    },
    // Neither knows resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    'find tasks': { allow: ['ecs:DescribeTaskDefinition', 'ecs:ListTasks'], on: ['*'] },
    'look at tasks': { allow: ['ecs:DescribeTasks'], on: [here('ecs', 'task/*')] },
    'define tasks': {
      allow: ['ecs:RegisterTaskDefinition', 'ecs:TagResource'],
      on: [here('ecs', 'task-definition/*--*')],
    },
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    'run tasks': { allow: ['ecs:RunTask'], on: [here('ecs', 'task-definition/*--*')] },
    'tag tasks': {
      allow: ['ecs:TagResource'],
      on: [here('ecs', 'task/*')],
      when: { StringEquals: { 'ecs:CreateAction': 'RunTask' } },
    },
    'stop tasks': {
      allow: ['ecs:StopTask'],
      on: [here('ecs', 'task/*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
    'look at databases': {
      allow: ['rds:DescribeDBInstances', 'rds:DescribeDBSnapshots'],
      on: [here('rds', 'db:*'), here('rds', 'snapshot:*')],
    },
    // What the pilots’ own databases are called begins with nothing that they have in common.
    'look how large databases are': { allow: ['rds:DescribeDBInstances'], on: [here('rds', 'db:*')] },
    'take snapshots': {
      allow: ['rds:CreateDBSnapshot'],
      on: [here('rds', 'db:*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    'keep snapshots': {
      allow: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'],
      on: [here('rds', 'snapshot:pilotage-*')],
      when: { StringLike: { 'aws:RequestTag/pilotage:pilot': '*' } },
    },
    'remove snapshots': {
      allow: ['rds:DeleteDBSnapshot'],
      on: [here('rds', 'snapshot:pilotage-*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    'look at automatic backups': {
      allow: ['rds:DescribeDBInstanceAutomatedBackups'],
      on: [here('rds', 'auto-backup:*'), here('rds', 'db:*')],
    },
    // What is made, changed and removed so tells by its name and its tag what for: no other database can be.
    'restore snapshots': {
      allow: ['rds:RestoreDBInstanceFromDBSnapshot'],
      on: ['db:drill-*', 'db:restored-*', 'og:*', 'pg:*', 'snapshot:*', 'subgrp:*'].map((kind) => here('rds', kind)),
      when: { StringEquals: { 'aws:RequestTag/pilotage:kind': ['drill', 'restored'] } },
    },
    'tag restored databases': {
      allow: ['rds:AddTagsToResource'],
      on: [here('rds', 'db:drill-*'), here('rds', 'db:restored-*')],
      when: { StringEquals: { 'aws:RequestTag/pilotage:kind': ['drill', 'restored'] } },
    },
    'remove restored databases': {
      allow: ['rds:DeleteDBInstance'],
      on: [here('rds', 'db:drill-*'), here('rds', 'db:restored-*')],
      when: { StringEquals: { 'aws:ResourceTag/pilotage:kind': ['drill', 'restored'] } },
    },
    // RDS makes its password, and the secret with the rights of whoever asks:
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-permissions
    'arm restored databases': {
      allow: ['rds:ModifyDBInstance'],
      on: [here('rds', 'db:restored-*')],
      when: { StringEquals: { 'aws:ResourceTag/pilotage:kind': 'restored' } },
    },
    'make their secrets': {
      allow: ['secretsmanager:CreateSecret', 'secretsmanager:TagResource'],
      on: [here('secretsmanager', 'secret:rds!db-*')],
    },
    'use the key of secrets': {
      allow: ['kms:DescribeKey'],
      on: [here('kms', 'key/*')],
      when: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/aws/secretsmanager' } },
    },
    // So that its stack can remove one whose place another one takes, and back again where it does not.
    'protect pilots’ databases': {
      allow: ['rds:ModifyDBInstance'],
      on: [here('rds', 'db:*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    // Each pilot’s own, in its stack: templates/parts/backups.ts
    'call file copiers': { allow: ['lambda:InvokeFunction'], on: [here('lambda', 'function:*--backups')] },
    'read tasks’ last words': { allow: ['logs:GetLogEvents'], on: [here('logs', 'log-group:/pilots/*')] },
    // Neither knows resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    'look up machine images': {
      allow: ['ec2:DescribeImages'],
      on: ['*'],
    },
    'read public parameters': {
      allow: ['ssm:GetParameter'],
      on: [arn(`ssm:\${AWS::Region}::parameter/aws/service/*`)],
    },
    // None of them knows resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
    'look at scaling groups': {
      allow: [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribePolicies',
        'autoscaling:DescribeScalingActivities',
        'autoscaling:DescribeScheduledActions',
        'ec2:DescribeLaunchTemplateVersions',
      ],
      on: ['*'],
    },
    'make scaling groups': {
      allow: [
        'autoscaling:CreateAutoScalingGroup',
        'autoscaling:CreateOrUpdateTags',
        'autoscaling:PutLifecycleHook',
        'autoscaling:PutScalingPolicy',
        'autoscaling:PutScheduledUpdateGroupAction',
      ],
      on: scalingGroups,
    },
    'size scaling groups': {
      allow: ['autoscaling:DeletePolicy', 'autoscaling:DeleteScheduledAction', 'autoscaling:UpdateAutoScalingGroup'],
      on: scalingGroups,
    },
    'make launch template versions': {
      allow: ['ec2:CreateLaunchTemplateVersion'],
      on: [here('ec2', 'launch-template/*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    'remove launch template versions': {
      allow: ['ec2:DeleteLaunchTemplateVersions'],
      on: [here('ec2', 'launch-template/*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    // Auto Scaling tries beforehand whether who makes a group may start what its launch template says:
    // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html
    'start instances': {
      allow: ['ec2:RunInstances'],
      on: [
        ...['instance', 'network-interface', 'security-group', 'subnet', 'volume'].map((type) =>
          here('ec2', `${type}/*`),
        ),
        arn(`ec2:\${AWS::Region}::image/*`),
      ],
      when: { ArnLike: { 'ec2:LaunchTemplate': here('ec2', 'launch-template/*') } },
    },
    'start them from pilots’ launch templates': {
      allow: ['ec2:RunInstances'],
      on: [here('ec2', 'launch-template/*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    // It knows no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    'look at instances': { allow: ['ec2:DescribeInstances'], on: ['*'] },
    // Those that run one command; those of groups have no such tag.
    'end instances of tasks': {
      allow: ['ec2:TerminateInstances'],
      on: [here('ec2', 'instance/*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:task': '*' } },
    },
    'tag new instances': {
      allow: ['ec2:CreateTags'],
      on: ['instance', 'volume'].map((type) => here('ec2', `${type}/*`)),
      when: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    },
    'hand over instances’ roles': {
      allow: ['iam:PassRole'],
      on: [arn(`iam::\${AWS::AccountId}:role/*--instance`)],
      when: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
    'keep artifacts': {
      allow: ['s3:GetObject', 's3:PutObject'],
      on: [inside('ManifestsBucket', 'releases/*')],
      env: manifests,
    },
    'remove artifacts': { allow: ['s3:DeleteObject'], on: [inside('ManifestsBucket', 'releases/*')], env: manifests },
    // Each pilot’s own, in its stack: templates/parts/settings-writer.ts
    'call settings writers': { allow: ['lambda:InvokeFunction'], on: [here('lambda', 'function:*--settings')] },
    'look at access points': {
      allow: ['elasticfilesystem:DescribeAccessPoints'],
      on: [here('elasticfilesystem', 'file-system/*'), here('elasticfilesystem', 'access-point/*')],
    },
    'make access points': {
      allow: ['elasticfilesystem:CreateAccessPoint'],
      on: [here('elasticfilesystem', 'file-system/*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*', 'aws:RequestTag/pilotage:release': '*' } },
    },
    'tag new access points': {
      allow: ['elasticfilesystem:TagResource'],
      on: [here('elasticfilesystem', 'access-point/*')],
      when: { StringEquals: { 'elasticfilesystem:CreateAction': 'CreateAccessPoint' } },
    },
    // Those of releases; those of stacks have no such tag.
    'remove access points': {
      allow: ['elasticfilesystem:DeleteAccessPoint'],
      on: [here('elasticfilesystem', 'access-point/*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:release': '*' } },
    },
    'scale services': {
      allow: [
        'application-autoscaling:DeregisterScalableTarget',
        'application-autoscaling:PutScalingPolicy',
        'application-autoscaling:PutScheduledAction',
        'application-autoscaling:RegisterScalableTarget',
      ],
      on: [here('application-autoscaling', 'scalable-target/*')],
      when: { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
    },
    // Application Auto Scaling makes and removes them with the rights of whoever sets a policy:
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/auto-scaling-IAM.html
    'keep scaling alarms': {
      allow: ['cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarms', 'cloudwatch:PutMetricAlarm'],
      on: [here('cloudwatch', 'alarm:TargetTracking-service/*')],
    },
    'end scaling': {
      allow: ['application-autoscaling:DeregisterScalableTarget'],
      on: [here('application-autoscaling', 'scalable-target/*')],
      when: { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
    },
    'remove scaling alarms': {
      allow: ['cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarms'],
      on: [here('cloudwatch', 'alarm:TargetTracking-service/*')],
    },
    // Composite alarms are shown only to whom all are: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
    'look at alarms': { allow: ['cloudwatch:DescribeAlarms'], on: ['*'] },
    'size services': { allow: ['ecs:UpdateService'], on: services },
    'remove services of previews': { allow: ['ecs:DeleteService'], on: services, when: ofPreviews },
    // The first knows no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    'find families of tasks': { allow: ['ecs:ListTaskDefinitionFamilies'], on: ['*'] },
    'remove task definitions of previews': {
      allow: ['ecs:DeleteTaskDefinitions'],
      on: previews.map((preview) => here('ecs', `task-definition/*-${preview}--*`)),
      when: ofPreviews,
    },
    'remove task definitions': { allow: ['ecs:DeregisterTaskDefinition', 'ecs:ListTaskDefinitions'], on: ['*'] },
    'move rules': {
      allow: ['elasticloadbalancing:CreateRule', 'elasticloadbalancing:DeleteRule', 'elasticloadbalancing:ModifyRule'],
      on: [here('elasticloadbalancing', 'listener/app/*'), here('elasticloadbalancing', 'listener-rule/app/*')],
    },
    // What AWS makes once for an account, where it is not there yet.
    'make roles that AWS links': {
      allow: ['iam:CreateServiceLinkedRole'],
      on: [arn(`iam::\${AWS::AccountId}:role/aws-service-role/*`)],
      when: {
        StringEquals: {
          'iam:AWSServiceName': [
            'autoscaling.amazonaws.com',
            'ecs.amazonaws.com',
            'ecs.application-autoscaling.amazonaws.com',
            'spot.amazonaws.com',
          ],
        },
      },
    },
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticbeanstalk.html
    'look at environments': {
      allow: [
        'elasticbeanstalk:DescribeApplicationVersions',
        'elasticbeanstalk:DescribeApplications',
        'elasticbeanstalk:DescribeEnvironmentHealth',
        'elasticbeanstalk:DescribeEnvironments',
        'elasticbeanstalk:DescribeEvents',
        'elasticbeanstalk:DescribeInstancesHealth',
        'elasticbeanstalk:ListAvailableSolutionStacks',
        'elasticbeanstalk:ListPlatformVersions',
        'elasticbeanstalk:ListTagsForResource',
      ],
      on: [arn('elasticbeanstalk:*')],
    },
    'make environments': {
      allow: [
        'elasticbeanstalk:AddTags',
        'elasticbeanstalk:CreateApplication',
        'elasticbeanstalk:CreateApplicationVersion',
        'elasticbeanstalk:CreateEnvironment',
      ],
      on: [here('elasticbeanstalk', '*')],
      when: { StringLike: { 'aws:RequestTag/pilotage:pilot': '*' } },
    },
    'change environments': {
      allow: [
        'elasticbeanstalk:DeleteApplicationVersion',
        'elasticbeanstalk:TerminateEnvironment',
        'elasticbeanstalk:UpdateEnvironment',
      ],
      on: [here('elasticbeanstalk', '*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    'swap environments’ addresses': {
      allow: ['elasticbeanstalk:SwapEnvironmentCNAMEs'],
      on: [here('elasticbeanstalk', 'application/*'), here('elasticbeanstalk', 'environment/*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    // None of the tags that say whose an application is. UpdateTagsForResource goes by the names of the other two:
    // https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_UpdateTagsForResource.html
    'announce swaps of addresses': {
      allow: ['elasticbeanstalk:AddTags', 'elasticbeanstalk:RemoveTags', 'elasticbeanstalk:UpdateTagsForResource'],
      on: [here('elasticbeanstalk', 'application/*')],
      when: {
        StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' },
        'ForAllValues:StringLike': { 'aws:TagKeys': ['pilotage:fence-*'] },
      },
    },
    // As large as the one that it takes over from; Elastic Beanstalk names their groups, and gives them the environment’s tags.
    'size environments': {
      allow: ['autoscaling:SetDesiredCapacity'],
      on: [here('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/awseb-e-*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    'terminate environments': {
      allow: ['elasticbeanstalk:TerminateEnvironment'],
      on: [here('elasticbeanstalk', '*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    'remove environments': {
      allow: ['elasticbeanstalk:DeleteApplicationVersion', 'elasticbeanstalk:TerminateEnvironment'],
      on: [here('elasticbeanstalk', '*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    'end environments of tasks': {
      allow: ['elasticbeanstalk:TerminateEnvironment'],
      on: [here('elasticbeanstalk', '*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:task': '*' } },
    },
    'remove application versions': {
      allow: ['elasticbeanstalk:DeleteApplicationVersion'],
      on: [here('elasticbeanstalk', '*')],
      when: { StringLike: { 'aws:ResourceTag/pilotage:pilot': '*' } },
    },
    'read what leader commands tell': { allow: ['logs:GetLogEvents'], on: leaderLogs },
    'tell that leader commands are ended': { allow: ['logs:PutLogEvents'], on: leaderLogs },
    'hand over environments’ roles': {
      allow: ['iam:PassRole'],
      on: ['health', 'operations'].map((part) => arn(`iam::\${AWS::AccountId}:role/*--${part}`)),
      when: { StringEquals: { 'iam:PassedToService': 'elasticbeanstalk.amazonaws.com' } },
    },
    'make pilots’ rules': { allow: ['events:PutRule', 'events:PutTargets'], on: [here('events', 'rule/*')] },
    'remove pilots’ rules': { allow: ['events:RemoveTargets', 'events:DeleteRule'], on: [here('events', 'rule/*')] },
    'never Pilotage’s own rules': {
      deny: ['events:PutRule', 'events:PutTargets', 'events:RemoveTargets', 'events:DeleteRule'],
      on: [here('events', `rule/${name}*`)],
    },
    'let functions have their images': {
      allow: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:GetRepositoryPolicy', 'ecr:SetRepositoryPolicy'],
      on: [here('ecr', 'repository/*')],
    },
    'run shell scripts': { allow: ['ssm:SendCommand'], on: [arn(`ssm:\${AWS::Region}::document/AWS-RunShellScript`)] },
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/run-command-setting-up.html
    'run them on pilots’ instances': {
      allow: ['ssm:SendCommand'],
      on: [here('ec2', 'instance/*')],
      when: { StringLike: { 'ssm:resourceTag/pilotage:pilot': '*' } },
    },
    'run them on instances of tasks': {
      allow: ['ssm:SendCommand'],
      on: [here('ec2', 'instance/*')],
      when: { StringLike: { 'ssm:resourceTag/pilotage:task': '*' } },
    },
    // They know no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
    'look how commands fare': { allow: ['ssm:GetCommandInvocation'], on: ['*'] },
    'find commands': { allow: ['ssm:DescribeInstanceInformation', 'ssm:ListCommands'], on: ['*'] },
    'end commands': { allow: ['ssm:CancelCommand'], on: ['*'] },
    // The latter are named by Elastic Beanstalk, after its environments.
    'read the pilots’ logs': {
      allow: ['logs:FilterLogEvents'],
      on: [here('logs', 'log-group:/pilots/*'), here('logs', 'log-group:/aws/elasticbeanstalk/*--*')],
    },
    // As a commit of a connected repository has them: each pilot's in each environment by itself.
    'keep pushed manifests': {
      allow: ['s3:PutObject'],
      on: [inside('ManifestsBucket', 'pushes/*')],
      env: manifests,
    },
    // Without it S3 says "forbidden" of what is merely missing.
    'list manifests': { allow: ['s3:ListBucket'], on: [attribute('ManifestsBucket')] },
    'read sites': { allow: ['s3:GetObject'], on: [inside('SiteBucket', 'sites/*')], env: sites },
    'list sites': { allow: ['s3:ListBucket'], on: [attribute('SiteBucket')], env: sites },
    'write sites': { allow: ['s3:PutObject'], on: [inside('SiteBucket', 'sites/*')], env: sites },
    // Releases (20 hex digits) and their lists only: the shared area is append-only.
    'remove releases': {
      allow: ['s3:DeleteObject'],
      on: [inside('SiteBucket', `sites/*/r/${'?'.repeat(20)}/*`), inside('SiteBucket', 'sites/*/releases/*.json')],
      env: sites,
    },
    'remove sites of previews': {
      allow: ['s3:DeleteObject'],
      on: previews.map((preview) => inside('SiteBucket', `sites/*--${preview}/*`)),
      env: sites,
    },
    'read the pointer': {
      allow: ['cloudfront-keyvaluestore:DescribeKeyValueStore', 'cloudfront-keyvaluestore:GetKey'],
      on: [attribute('Pointers')],
      env: pointers,
    },
    'move the pointer': { allow: ['cloudfront-keyvaluestore:UpdateKeys'], on: [attribute('Pointers')], env: pointers },
    'publish to the topic': { allow: ['sns:Publish'], on: [{ Ref: 'Topic' }], env: { TOPIC: { Ref: 'Topic' } } },
    'read the Slack parameter': {
      allow: ['ssm:GetParameter'],
      on: [here('ssm', `parameter/${name.replace('-', '/')}/*`)],
      env: { SLACK_SETTINGS: { Ref: 'SlackSettings' } },
    },
    'read the Slack secret': {
      allow: ['secretsmanager:GetSecretValue'],
      on: [here('secretsmanager', `secret:${name.replace('-', '/')}/*`)],
    },
    // Of each connection of a repository (shared/git/secrets.ts): what its webhooks are signed with, and, for others, what its
    // provider's API is called with. Secrets Manager adds six characters to their names.
    'read webhook secrets': {
      allow: ['secretsmanager:GetSecretValue'],
      on: [here('secretsmanager', `secret:${name}/git/*/webhook-??????`)],
      env: { INSTALLATION: name },
    },
    'read git secrets': {
      allow: ['secretsmanager:GetSecretValue'],
      on: [here('secretsmanager', `secret:${name}/git/*/token-??????`)],
      env: { INSTALLATION: name },
    },
    'keep undelivered events': { allow: ['sqs:SendMessage'], on: [attribute('Undelivered')] },
  };
};
