import { fullName, readReference } from '../../shared/manifest/reference.ts';
import type { Site } from '../../shared/preview/model.ts';
import { nameIn } from '../../shared/preview/model.ts';
import { arn, type Part, parameter, type Resource, ref, type Value } from '../template.ts';
import { databaseSecret, givenPassword } from './database-secret.ts';

export interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource: Value;
  Condition?: Value;
}

export const allow = (Action: string[], Resource: Value): Statement => ({ Effect: 'Allow', Action, Resource });

/** Every role of a pilot is bounded by what the operator allows at most. */
export const BOUNDARY: Part = {
  Parameters: {
    Boundary: parameter('The most that a role of a pilot may do', 'arn:aws[a-z-]*:iam::[0-9]{12}:policy/.+'),
  },
  Resources: {},
};

/**
 * AWS does not promise that they say for which account they ask. A role is handed to a function with `iam:PassRole`, which
 * knows no roles of other accounts.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 */
const SAYS_NO_ACCOUNT = ['lambda.amazonaws.com'];

/** A role that one AWS service takes on, for this pilot alone. */
export function role(site: Site, part: string, service: string, statements: Statement[]): Resource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: nameIn(site, 'role', part),
      PermissionsBoundary: ref('Boundary'),
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: service },
            Action: 'sts:AssumeRole',
            // Not for somebody else's resources of that service.
            ...(!SAYS_NO_ACCOUNT.includes(service) && {
              Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
            }),
          },
        ],
      },
      ...(statements.length > 0 && {
        Policies: [
          {
            PolicyName: 'pilot',
            PolicyDocument: { Version: '2012-10-17', Statement: statements as unknown as Value },
          },
        ],
      }),
    },
  };
}

/**
 * Reading exactly those secrets and parameters that the manifest names under `secrets`, and where the password or the
 * address of the database lies.
 */
export function readingSecrets(site: Site): Statement[] {
  const { manifest, environment } = site;
  const secrets: Value[] = [];
  const parameters: Value[] = [];
  const { password, url } = manifest.database ?? {};
  for (const written of [...Object.values(manifest.secrets ?? {}), password, url].filter((one) => one !== undefined)) {
    const reference = readReference(written);
    if (!reference || reference.from === 'stack-output') continue;
    const name = fullName(reference, manifest.name, environment);
    // AWS adds a hyphen and six characters to the name of a secret.
    if (reference.from === 'secret') secrets.push(arn('secretsmanager', `secret:${name}-??????`));
    else parameters.push(arn('ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`));
  }
  const made = password ? undefined : databaseSecret(site);
  if (made) secrets.push(made);
  return [
    ...(secrets.length > 0 ? [allow(['secretsmanager:GetSecretValue'], secrets)] : []),
    ...(parameters.length > 0 ? [allow(['ssm:GetParameters'], parameters)] : []),
  ];
}

/** Reading the password of the pilot’s own database, and nothing else: it may be another one later. */
export function readingPassword(site: Site): Statement[] {
  const given = givenPassword(site);
  const secret = given ? arn('secretsmanager', `secret:${given.name}-??????`) : databaseSecret(site);
  return secret ? [allow(['secretsmanager:GetSecretValue'], secret)] : [];
}

/** What an agent of Systems Manager speaks through, in tasks and on instances; the actions know no resources. */
export const SPEAKING: Statement = allow(
  [
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  '*',
);

/** EC2 does not say for which account it asks. */
export const EVERY_INSTANCE: Value = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
