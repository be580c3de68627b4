const {
  ENVIRONMENT,
  NAME,
  PILOT,
  allow,
  arn,
  here,
  made,
  own,
  policy,
  retagged,
  tagged,
} = require('./pilots-words.cjs');

const rds = (...actions) => actions.map((action) => `rds:${action}`);
const of = (...kinds) => kinds.map((kind) => here('rds', `${kind}:*`));
const secret = (name) => here('secretsmanager', `secret:${name}`);

/** RDS names them by itself: a name that was cut ends in a digest, and which one is the pilot's its own template says. */
const databaseLogs = [NAME, `*-0${'?'.repeat(16)}`].map((name) =>
  here('logs', `log-group:/aws/rds/instance/${name}/*`),
);

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-permissions
 */
module.exports = policy('What CloudFormation may do with the database of a pilot', [
  allow('lookAtAll', rds('Describe*', 'ListTagsForResource'), '*'),
  // What each makes stands apart from what it uses: the tags that something new is given say nothing about that.
  allow('make', rds('CreateDBInstance', 'RestoreDBInstanceFromDBSnapshot'), of('db'), made),
  allow('makeGroups', rds('CreateDBParameterGroup', 'CreateDBSubnetGroup'), of('pg', 'subgrp'), made),
  allow('makeCopies', rds('CreateDBInstanceReadReplica'), here('rds', 'db:replica-*'), made),
  allow(
    'useForThem',
    rds('CreateDBInstance', 'CreateDBInstanceReadReplica', 'ModifyDBInstance', 'RestoreDBInstanceFromDBSnapshot'),
    of('db', 'pg', 'subgrp'),
    own,
  ),
  allow('useSnapshots', rds('RestoreDBInstanceFromDBSnapshot'), of('snapshot'), own),
  // Options of the engine that AWS made.
  allow(
    'usualOptions',
    rds('CreateDBInstance', 'CreateDBInstanceReadReplica', 'ModifyDBInstance', 'RestoreDBInstanceFromDBSnapshot'),
    here('rds', 'og:default:*'),
  ),
  allow(
    'change',
    rds(
      'DeleteDBInstance',
      'DeleteDBParameterGroup',
      'DeleteDBSubnetGroup',
      'ModifyDBParameterGroup',
      'ModifyDBSubnetGroup',
      'RebootDBInstance',
      'ResetDBParameterGroup',
    ),
    of('db', 'pg', 'subgrp'),
    own,
  ),
  allow('lastSnapshot', rds('CreateDBSnapshot'), of('db'), own),
  // As CloudFormation names them, after the stack.
  allow(
    'namedSnapshot',
    rds('CreateDBSnapshot'),
    ['snapshot', 'Snapshot'].map((kind) => here('rds', `snapshot:${NAME}-${kind}-*`)),
  ),
  allow('tagNew', rds('AddTagsToResource'), '*', tagged),
  allow('tag', rds('AddTagsToResource', 'RemoveTagsFromResource'), '*', retagged),

  // The password, which RDS keeps in a secret of its own, or which the manifest says the place of.
  allow(
    'passwordOfRds',
    ['secretsmanager:CreateSecret', 'secretsmanager:DescribeSecret', 'secretsmanager:TagResource'],
    secret('rds!db-*'),
  ),
  allow(
    'givenPassword',
    ['secretsmanager:GetSecretValue'],
    [secret(`pilots/${PILOT}/${ENVIRONMENT}/*`), secret(`\${SharedReferences}*`)],
  ),
  // With the account's own keys for RDS and Secrets Manager.
  allow('keys', ['kms:CreateGrant', 'kms:DescribeKey'], arn(`kms:\${AWS::Region}:\${AWS::AccountId}:key/*`), {
    'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ['alias/aws/rds', 'alias/aws/secretsmanager'] },
  }),
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
    databaseLogs,
  ),
]);
