const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { load } = require('js-yaml');
const grantsOf = require('./grants.cjs');

/** functions.yml, as osls wants it: functions, and a role for each that may do what it needs and nothing else. */
const table = load(readFileSync(join(__dirname, 'functions.yml'), 'utf8'));

/** `deploy-validate` → `DeployValidate`: CloudFormation's names have no hyphens. */
const pascal = (name) => name.replace(/(^|-)([a-z])/g, (_, __, letter) => letter.toUpperCase());
const camel = (name) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());

const grantNames = ({ kind, may }) => [...(kind ? table.kinds[kind] : []), ...may];

exports.functions = async ({ resolveVariable }) => {
  const service = await resolveVariable('self:custom.name');
  const grants = grantsOf(service);
  const environment = ({ name, needs, ...entry }) =>
    Object.assign(
      { AWS_SDK_UA_APP_ID: name, STAGE: service },
      ...grantNames(entry).map((grant) => grants[grant].env),
      needs,
    );

  return Object.fromEntries(
    Object.entries(table.functions).map(([name, entry]) => [
      camel(name),
      {
        name: `${service}-${name}`,
        description: entry.about,
        handler: 'index.handler',
        role: `${pascal(name)}Role`,
        timeout: entry.timeout ?? 30,
        memorySize: entry.memory ?? 256,
        environment: environment({ name, ...entry }),
        package: { artifact: `dist/functions/${name}.zip` },
        ...(entry.kind === 'listener' && {
          maximumRetryAttempts: 2,
          destinations: { onFailure: { type: 'sqs', arn: { 'Fn::GetAtt': ['Undelivered', 'Arn'] } } },
        }),
      },
    ]),
  );
};

exports.roles = async ({ resolveVariable }) => {
  const service = await resolveVariable('self:custom.name');
  const grants = grantsOf(service);
  return Object.fromEntries(
    Object.entries(table.functions).map(([name, entry]) => [`${pascal(name)}Role`, role(service, name, entry, grants)]),
  );
};

function role(service, name, entry, grants) {
  const logs = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${service}-${name}:*`;
  const granted = grantNames(entry).map((grant) => {
    if (!grants[grant]) throw new Error(`functions.yml: ${name} may "${grant}", which is no grant; see grants.cjs`);
    // Without a `Sid`: it counts among the characters that a role may have.
    return {
      Effect: grants[grant].deny ? 'Deny' : 'Allow',
      Action: grants[grant].deny ?? grants[grant].allow,
      Resource: grants[grant].on,
      ...(grants[grant].when && { Condition: grants[grant].when }),
    };
  });
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: name,
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::Sub': logs } },
              // X-Ray knows no resources: https://docs.aws.amazon.com/xray/latest/devguide/security_iam_service-with-iam.html
              { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: '*' },
              ...granted,
            ],
          },
        },
      ],
    },
  };
}
