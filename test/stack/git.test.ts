import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { madeOut, type Resource } from './made-out.ts';
import { type Call, isAllowed, type Statement } from './policies.ts';

const ALL: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
const BUCKET = 'arn:aws:s3:::pilotage-dev-manifests';
const stackFile = (name: string) =>
  load(readFileSync(join(__dirname, '..', '..', 'stack', name), 'utf8')) as Record<string, Resource>;
let roles: Record<string, Resource>;

beforeAll(async () => {
  roles = await require('../../stack/functions.cjs').roles({ resolveVariable: async () => 'pilotage-dev' });
});

function mayOf(role: string) {
  const [policy] = (roles[role]?.Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  const statements = madeOut(policy?.PolicyDocument.Statement) as Statement[];
  return (action: string, resource: string, keys: Call['keys'] = {}) =>
    isAllowed({ action, resource, keys }, { tags: {}, policies: [statements], boundary: [ALL] });
}
const stringsIn = (role: string) => JSON.stringify(roles[role]);

describe.each(['GitReadPushRole', 'GitPollRole', 'GitPreviewRole', 'GitKeepPreviewsRole'])(
  'webhook: who reads pushes and pull requests, %s',
  (role) => {
    it('reads tokens of connections, and neither what webhooks are signed with nor any pilot’s secret', () => {
      const may = mayOf(role);
      const secret = (name: string) => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}`;
      const read = (name: string) => may('secretsmanager:GetSecretValue', secret(name));
      expect(read('pilotage-dev/git/0123456789ab/token-AbCdEf')).toBe(true);
      expect(read('pilotage-dev/git/0123456789ab/webhook-AbCdEf')).toBe(false);
      expect(read('pilots/acme-shop/production/smtp-AbCdEf')).toBe(false);
      expect(read('pilotage-other/git/0123456789ab/token-AbCdEf')).toBe(false);
    });

    it('writes manifests of pushes alone, and deploys nothing by itself', () => {
      expect(stringsIn(role)).toContain('ManifestsBucket.Arn}/pushes/*');
      expect(stringsIn(role)).not.toMatch(/ManifestsBucket.Arn}\/(?:pilots|releases|\*)/);
      expect(stringsIn(role)).not.toMatch(/states:|lambda:Invoke|iam:|cloudformation:/);
      expect(mayOf(role)('s3:PutObject', `${BUCKET}/operator.yaml`)).toBe(false);
    });
  },
);

describe('webhook pull request: who plans it', () => {
  const role = 'GitPlanPullRequestRole';
  it('reads, and changes nothing: no table, no bucket, nothing of AWS', () => {
    const [policy] = (roles[role]?.Properties.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
    const actions = policy?.PolicyDocument.Statement.flatMap(({ Action }) => Action ?? []) ?? [];
    // Its own log and trace, and where goes what it could not be told.
    const OWN = /^(?:logs:(?:CreateLogStream|PutLogEvents)|xray:Put\w+|sqs:SendMessage)$/;
    const READS = /^[a-z0-9-]+:(?:Describe|Get|List|Query)/;
    expect(actions.length).toBeGreaterThan(10);
    expect(actions.filter((action) => !OWN.test(action) && !READS.test(action))).toEqual([]);
  });

  it('reads tokens of connections, and no other secret', () => {
    const read = (name: string) =>
      mayOf(role)('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}`);
    expect(read('pilotage-dev/git/0123456789ab/token-AbCdEf')).toBe(true);
    expect(read('pilotage-dev/git/0123456789ab/webhook-AbCdEf')).toBe(false);
    expect(read('pilots/acme-shop/production/smtp-AbCdEf')).toBe(false);
  });

  it('is told of those that are open', () => {
    const { PullRequestReceived, PullRequestReceivedMayInvoke } = stackFile('events.yml');
    expect(PullRequestReceived?.Properties).toMatchObject({
      EventBusName: { Ref: 'Bus' },
      EventPattern: { source: ['pilotage'], 'detail-type': ['PullRequestReceived'] },
      Targets: [{ Arn: { 'Fn::GetAtt': ['GitPlanPullRequestLambdaFunction', 'Arn'] } }],
    });
    expect(PullRequestReceivedMayInvoke?.Properties.SourceArn).toEqual({
      'Fn::GetAtt': ['PullRequestReceived', 'Arn'],
    });
  });
});

describe('webhook pull request: what the stack does about previews', () => {
  it('has them follow pull requests that are open, and those that are closed', () => {
    const { PullRequestPreviewed, PullRequestPreviewedMayInvoke } = stackFile('events.yml');
    expect(PullRequestPreviewed?.Properties).toMatchObject({
      EventBusName: { Ref: 'Bus' },
      EventPattern: { source: ['pilotage'], 'detail-type': ['PullRequestReceived', 'PullRequestClosed'] },
      Targets: [{ Arn: { 'Fn::GetAtt': ['GitPreviewLambdaFunction', 'Arn'] } }],
    });
    expect(PullRequestPreviewedMayInvoke?.Properties.SourceArn).toEqual({
      'Fn::GetAtt': ['PullRequestPreviewed', 'Arn'],
    });
  });

  it('looks after them every five minutes, and alarms after three rounds that failed', () => {
    const { KeepPreviewsSchedule, GitPollScheduleRole, KeepPreviewsFailsAlarm } = stackFile('watch.yml');
    const keep = { 'Fn::GetAtt': ['GitKeepPreviewsLambdaFunction', 'Arn'] };
    expect(KeepPreviewsSchedule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      Target: { Arn: keep, RoleArn: { 'Fn::GetAtt': ['GitPollScheduleRole', 'Arn'] } },
    });
    expect(JSON.stringify(GitPollScheduleRole?.Properties.Policies)).toContain(JSON.stringify(keep));
    expect(KeepPreviewsFailsAlarm?.Properties).toMatchObject({
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'GitKeepPreviewsLambdaFunction' } }],
      EvaluationPeriods: 3,
    });
  });
});

describe('webhook: what the stack does about pushes', () => {
  it('has those that were recorded read at once', () => {
    const { PushReceived, PushReceivedMayInvoke } = stackFile('events.yml');
    expect(PushReceived?.Properties).toMatchObject({
      EventBusName: { Ref: 'Bus' },
      EventPattern: { source: ['pilotage'], 'detail-type': ['PushReceived'] },
      Targets: [{ Arn: { 'Fn::GetAtt': ['GitReadPushLambdaFunction', 'Arn'] } }],
    });
    expect(PushReceivedMayInvoke?.Properties.SourceArn).toEqual({ 'Fn::GetAtt': ['PushReceived', 'Arn'] });
  });

  it('looks for those that were lost every five minutes, and alarms after three rounds that failed', () => {
    const { GitPollSchedule, GitPollScheduleRole, GitPollFailsAlarm } = stackFile('watch.yml');
    const poll = { 'Fn::GetAtt': ['GitPollLambdaFunction', 'Arn'] };
    expect(GitPollSchedule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(5 minutes)',
      Target: { Arn: poll, RoleArn: { 'Fn::GetAtt': ['GitPollScheduleRole', 'Arn'] } },
    });
    expect(JSON.stringify(GitPollScheduleRole?.Properties.Policies)).toContain(JSON.stringify(poll));
    expect(GitPollFailsAlarm?.Properties).toMatchObject({
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'GitPollLambdaFunction' } }],
      Period: 300,
      EvaluationPeriods: 3,
    });
  });
});
