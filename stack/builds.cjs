const { ENVIRONMENT, PILOT, allow, here, isPreview, policy, sub } = require('./pilots-words.cjs');

const built = (path) => sub(`\${ManifestsBucket.Arn}/builds/${PILOT}/${ENVIRONMENT}/${path}`);
const own = (service, kind, environment = ENVIRONMENT) => here(service, `${kind}pilots/${PILOT}/${environment}/*`);
/** CodeBuild keeps what it caches below it. */
const cache = [built('cache'), built('cache/*')];

/**
 * What the code of a pilot may do while it is built: read its own commit, store what came of it, and what its variables refer to.
 * It is the policy of each such role and bounds it as well; it compares with the tags that the role was given when it was made.
 */
const boundary = policy('What the code of a pilot may do while it is built', [
  allow('readTheCode', ['s3:GetObject', 's3:GetObjectVersion'], [built('*/source.zip'), ...cache]),
  allow('storeWhatWasBuilt', ['s3:PutObject'], [built('*/artifact-*.zip'), ...cache]),
  // CodeBuild asks both before it reads and stores: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
  allow('askForTheBucket', ['s3:GetBucketAcl', 's3:GetBucketLocation'], { 'Fn::GetAtt': ['ManifestsBucket', 'Arn'] }),
  allow('log', ['logs:CreateLogStream', 'logs:PutLogEvents'], here('logs', `log-group:/pilotage/builds/${PILOT}:*`)),
  allow(
    'images',
    [
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:CompleteLayerUpload',
      'ecr:GetDownloadUrlForLayer',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart',
    ],
    here('ecr', `repository/pilots/${PILOT}/${ENVIRONMENT}`),
  ),
  // It knows no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
  allow('logInToImages', ['ecr:GetAuthorizationToken'], '*'),
  allow('readItsSecrets', ['secretsmanager:GetSecretValue'], own('secretsmanager', 'secret:')),
  allow('readItsParameters', ['ssm:GetParameters'], own('ssm', 'parameter/')),
  // All previews of a pilot share theirs.
  allow(
    'readPreviewSecrets',
    ['secretsmanager:GetSecretValue'],
    own('secretsmanager', 'secret:', 'preview'),
    isPreview,
  ),
  allow('readPreviewParameters', ['ssm:GetParameters'], own('ssm', 'parameter/', 'preview'), isPreview),
]);

/** One project for all builds, which says nothing of any: all of it comes with the build (shared/building/asked.ts). */
exports.resources = async ({ resolveVariable }) => {
  const name = `${await resolveVariable('self:custom.name')}-builds`;
  return {
    BuildBoundary: boundary,
    // A project has to have one; each build comes with its own.
    BuildsRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'codebuild.amazonaws.com' },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
        Policies: [],
      },
    },
    BuildsProject: {
      Type: 'AWS::CodeBuild::Project',
      Properties: {
        Name: name,
        Description: 'Builds the code of pilots; each build says what, how and under which role',
        ServiceRole: { 'Fn::GetAtt': ['BuildsRole', 'Arn'] },
        Source: { Type: 'NO_SOURCE', BuildSpec: '{"version":0.2,"phases":{"build":{"commands":["false"]}}}' },
        Artifacts: { Type: 'NO_ARTIFACTS' },
        Environment: {
          Type: 'ARM_CONTAINER',
          ComputeType: 'BUILD_GENERAL1_SMALL',
          Image: 'aws/codebuild/amazonlinux-aarch64-standard:3.0',
        },
      },
    },
  };
};
