/**
 * What a function may do, by name: each grant is an IAM statement on named
 * resources, and the environment variables that go with it. Which function has
 * which grant stands in functions.yml.
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

  return {
    'read the ledger': { allow: ['dynamodb:GetItem', 'dynamodb:Query'], on: [attribute('Table')], env: table },
    'write the ledger': {
      allow: ['dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'],
      on: [attribute('Table')],
      env: table,
    },
    'remove from the ledger': { allow: ['dynamodb:DeleteItem'], on: [attribute('Table')], env: table },
    'tell the bus': { allow: ['events:PutEvents'], on: [attribute('Bus')], env: { BUS: { Ref: 'Bus' } } },
    'answer the machine': {
      allow: ['states:SendTaskSuccess', 'states:SendTaskFailure'],
      on: [machine('deploy'), machine('rollback')],
    },
    'start deployments': {
      allow: ['states:StartExecution'],
      on: [machine('deploy')],
      env: { DEPLOY_MACHINE: machine('deploy') },
    },
    'ask for deployments': {
      allow: ['states:DescribeExecution'],
      on: [executions('deploy')],
      env: { DEPLOY_MACHINE: machine('deploy') },
    },
    'start recoveries': {
      allow: ['states:StartExecution'],
      on: [machine('rollback')],
      env: { ROLLBACK_MACHINE: machine('rollback') },
    },
    'ask for recoveries': { allow: ['states:DescribeExecution'], on: [executions('rollback')] },
    'run steps again': { allow: ['lambda:InvokeFunction'], on: [here('lambda', `function:${name}-deploy-*`)] },
    'read manifests': {
      allow: ['s3:GetObject', 's3:GetObjectVersion'],
      on: [inside('ManifestsBucket', 'pilots/*')],
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
    // Nothing that it makes is ever executed; of change sets of others it can neither read nor remove one.
    'preview stacks': {
      allow: ['cloudformation:CreateChangeSet', 'cloudformation:DescribeChangeSet', 'cloudformation:DeleteChangeSet'],
      on: [here('cloudformation', 'stack/*')],
      when: { StringLike: { 'cloudformation:ChangeSetName': 'pilotage-plan-*' } },
    },
    'read the pilots’ logs': { allow: ['logs:FilterLogEvents'], on: [here('logs', 'log-group:/pilots/*')] },
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
    'keep undelivered events': { allow: ['sqs:SendMessage'], on: [attribute('Undelivered')] },
  };
};
