const { allow, arn, deny, here, policy, role, sub } = require('./pilots-words.cjs');

const SERVICES = [
  'acm',
  'apigateway',
  'autoscaling',
  'cloudfront',
  'cloudwatch',
  'ec2',
  'ecs',
  'elasticfilesystem',
  'elasticloadbalancing',
  'iam',
  'kms',
  'lambda',
  'logs',
  'rds',
  'route53',
  's3',
  'secretsmanager',
  'sqs',
  'ssm',
];

/**
 * The most that a service role may do, whatever is attached to it: nothing to itself and its like, and nothing to
 * what is Pilotage's own.
 * @param name of this installation, which its functions, table and queues begin with.
 */
module.exports = (name) =>
  policy('The most that CloudFormation may do for a pilot, whatever the role’s policies say', [
    allow(
      'services',
      SERVICES.map((service) => `${service}:*`),
      '*',
    ),
    deny('noServiceRole', ['iam:*'], role(`${name}/*`)),
    deny('noPolicy', ['iam:*Policy', 'iam:*PolicyVersion'], arn(`iam::\${AWS::AccountId}:policy/*`)),
    deny('noLessBounds', ['iam:AttachRolePolicy', 'iam:DeleteRolePermissionsBoundary'], '*'),
    deny('noPerson', ['iam:*AccessKey*', 'iam:*Group*', 'iam:*LoginProfile*', 'iam:*User*'], '*'),
    deny(
      'notPilotage',
      ['*'],
      [
        { 'Fn::GetAtt': ['ManifestsBucket', 'Arn'] },
        sub(`\${ManifestsBucket.Arn}/*`),
        { 'Fn::GetAtt': ['SiteBucket', 'Arn'] },
        sub(`\${SiteBucket.Arn}/*`),
        arn(`cloudfront::\${AWS::AccountId}:distribution/\${Distribution}`),
        { 'Fn::If': ['HasCertificate', { Ref: 'SiteCertificateArn' }, { Ref: 'AWS::NoValue' }] },
        here('lambda', `function:${name}-*`),
        here('logs', `log-group:/aws/lambda/${name}-*`),
        here('logs', `log-group:/aws/vendedlogs/states/${name}*`),
        here('sqs', `${name}*`),
        here('cloudwatch', `alarm:${name}*`),
        role(`${name}*`),
      ],
    ),
  ]);
