const { NAME, allow, arn, made, policy, role } = require('./pilots-words.cjs');

/** The service role itself lies elsewhere, below a path: no name of a pilot's leads there. */
const roles = role(`${NAME}--*`);
const profiles = arn(`iam::\${AWS::AccountId}:instance-profile/${NAME}--*`);
const bounded = { 'iam:PermissionsBoundary': { Ref: 'PilotBoundary' } };
const KEPT = ['iam:DeleteRolePolicy', 'iam:PutRolePermissionsBoundary', 'iam:PutRolePolicy'];

/** Which Elastic Beanstalk makes environments under: it needs more than any code of a pilot's. */
const operations = role(`${NAME}--operations`);
const byOperations = { 'iam:PermissionsBoundary': { Ref: 'OperationsBoundary' } };

/**
 * What is made here may do no more than PilotBoundary says, which compares with the tags that it is given.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
module.exports = policy('What CloudFormation may do with the roles of a pilot', [
  allow('makeBounded', ['iam:CreateRole'], roles, { StringEquals: { ...bounded, ...made.StringEquals } }),
  allow('keepBounded', KEPT, roles, { StringEquals: bounded }),
  allow('makeOperations', ['iam:CreateRole'], operations, { StringEquals: { ...byOperations, ...made.StringEquals } }),
  allow('keepOperations', KEPT, operations, { StringEquals: byOperations }),
  allow(
    'change',
    [
      'iam:DeleteRole',
      'iam:GetRole',
      'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies',
      'iam:ListInstanceProfilesForRole',
      'iam:ListRolePolicies',
      'iam:UpdateAssumeRolePolicy',
      'iam:UpdateRole',
      'iam:UpdateRoleDescription',
    ],
    roles,
  ),
  // The pilot and environment that it says are the service role's own, or left as they are.
  allow('tag', ['iam:TagInstanceProfile', 'iam:TagRole'], [roles, profiles], {
    StringEqualsIfExists: made.StringEquals,
  }),
  allow('untag', ['iam:UntagInstanceProfile', 'iam:UntagRole'], [roles, profiles], {
    'ForAllValues:StringNotLike': { 'aws:TagKeys': ['pilotage:*'] },
  }),
  allow(
    'profiles',
    [
      'iam:AddRoleToInstanceProfile',
      'iam:CreateInstanceProfile',
      'iam:DeleteInstanceProfile',
      'iam:GetInstanceProfile',
      'iam:RemoveRoleFromInstanceProfile',
    ],
    profiles,
  ),
  allow('handOver', ['iam:PassRole'], roles, { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }),
  allow('handOverToLambda', ['iam:PassRole'], [role(`${NAME}--settings`), role(`${NAME}--backups`)], {
    StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
  }),
  // What AWS makes once for an account, where it is not there yet.
  allow('whatAwsLinks', ['iam:CreateServiceLinkedRole'], role('aws-service-role/*'), {
    StringEquals: {
      'iam:AWSServiceName': [
        'autoscaling.amazonaws.com',
        'backup.amazonaws.com',
        'ecs.amazonaws.com',
        'elasticfilesystem.amazonaws.com',
        'elasticloadbalancing.amazonaws.com',
        'ops.apigateway.amazonaws.com',
        'rds.amazonaws.com',
        'vpcorigin.cloudfront.amazonaws.com',
      ],
    },
  }),
]);
