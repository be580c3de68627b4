/**
 * The words that policies about pilots are written in. A policy names no pilot: it compares with the tags of
 * the role that it is attached to, so one policy holds each of many roles to its own pilot.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html
 */

// `${!…}` is how Fn::Sub leaves `${…}` for IAM.
const PILOT = `\${!aws:PrincipalTag/pilotage:pilot}`;
const ENVIRONMENT = `\${!aws:PrincipalTag/pilotage:environment}`;

const sub = (text) => ({ 'Fn::Sub': text });
const arn = (text) => sub(`arn:\${AWS::Partition}:${text}`);
const here = (service, resource) => arn(`${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`);
const role = (name) => arn(`iam::\${AWS::AccountId}:role/${name}`);

const tags = (key) => ({
  [`aws:${key}/pilotage:pilot`]: sub(PILOT),
  [`aws:${key}/pilotage:environment`]: sub(ENVIRONMENT),
});

/**
 * What Elastic Beanstalk streams to, by its environments' names; one that was cut ends in a digest, and which one is the
 * pilot's its own policy says.
 */
const environmentLogs = [`${PILOT}-${ENVIRONMENT}--*`, `*---${'?'.repeat(16)}/*`].map((name) =>
  here('logs', `log-group:/aws/elasticbeanstalk/${name}`),
);

module.exports = {
  /** Whose environment is that of a pull request, `pr12`, as far as a pattern can say it (shared/manifest/identifiers.ts). */
  isPreview: {
    StringLike: { 'aws:PrincipalTag/pilotage:environment': [...'123456789'].map((digit) => `pr${digit}*`) },
  },
  PILOT,
  ENVIRONMENT,
  /** How the names of a pilot begin in an environment (shared/manifest/derived-names.ts); no other pilot's begin so. */
  NAME: `${PILOT}-${ENVIRONMENT}`,
  sub,
  arn,
  here,
  role,
  environmentLogs,

  allow: (Sid, Action, Resource, Condition) => ({
    Sid,
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition && { Condition }),
  }),
  deny: (Sid, Action, Resource, Condition) => ({
    Sid,
    Effect: 'Deny',
    Action,
    Resource,
    ...(Condition && { Condition }),
  }),

  /** What is there carries the tags of the same pilot and environment. */
  own: { StringEquals: tags('ResourceTag') },
  /** What is made is given them. */
  made: { StringEquals: tags('RequestTag') },
  /** What is tagged as it is made; of what is there already only one's own. */
  tagged: { StringEquals: tags('RequestTag'), StringEqualsIfExists: tags('ResourceTag') },
  /** Whose it is stays as it is. */
  retagged: {
    StringEquals: tags('ResourceTag'),
    'ForAllValues:StringNotLike': { 'aws:TagKeys': ['pilotage:*'] },
  },

  policy: (Description, Statement) => ({
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { Description, PolicyDocument: { Version: '2012-10-17', Statement } },
  }),
};
