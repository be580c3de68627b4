import { provision } from '../../shared/provisioning/provision.ts';
import type { Resource } from '../../templates/template.ts';
import { SERVICE_ROLE } from './service-role.ts';
import { type CloudFormation, standIn } from './stand-in/cloudformation.ts';
import { NAME, tell } from './stand-in/stack.ts';
import { DEPLOYMENT, LOGS, QUEUE, TOPIC, templateWith, untilEnd, wantedWith } from './wanted.ts';

let aws: CloudFormation;
beforeAll(async () => {
  aws = await standIn();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url,
    AWS_ENDPOINT_URL_IAM: aws.url,
  });
});
afterAll(() => aws.close());
beforeEach(() => aws.reset());

const first = { Logs: LOGS, Queue: QUEUE };
const second = { ...first, Topic: TOPIC };
const LATER = 'acme-shop_production_20260102T040405Z-0123456789ab';

/** A stack that an earlier deployment made. */
async function made(resources: Record<string, Resource> = first) {
  await untilEnd(wantedWith(resources));
  const [stack] = [aws.stack];
  if (!stack) throw new Error('it was not made');
  stack.createdAt = stack.changedAt = new Date('2020-01-02T03:04:05Z');
  aws.calls.length = 0;
  aws.executed.length = 0;
  return stack;
}
const changing = (resources: Record<string, Resource>) => wantedWith(resources, { deployment: LATER });

describe('a stack that is not there', () => {
  it('is made, protected, and its outputs are told', async () => {
    const { end } = await untilEnd(wantedWith(first));
    expect(end).toEqual({ outcome: 'provisioned', stack: 'made', outputs: { Logs: 'Logs-1', Queue: 'Queue-1' } });
    expect(aws.stack).toMatchObject({
      status: 'CREATE_COMPLETE',
      isProtected: true,
      policy: wantedWith(first).policy,
      role: SERVICE_ROLE.arn,
      tags: { 'pilotage:pilot': 'acme-shop', 'pilotage:environment': 'production' },
    });
  });

  it('is not protected against deletion outside production', async () => {
    const wanted = wantedWith(first, { environment: 'staging' });
    await untilEnd({ ...wanted, stack: NAME });
    expect(aws.stack?.isProtected).toBe(false);
    expect(aws.stack?.policy).toBe(wanted.policy);
  });

  it('tells resource by resource how far it is', async () => {
    const { waited } = await untilEnd(wantedWith(second));
    expect(waited).toEqual([
      `CloudFormation to begin with the stack ${NAME}`,
      `the stack ${NAME}: 0 of 3 made, now Logs`,
      `the stack ${NAME}: 0 of 3 made, now Logs, Queue`,
      `the stack ${NAME}: 0 of 3 made, now Logs, Queue, Topic`,
      `the stack ${NAME}: 1 of 3 made, now Queue, Topic`,
      `the stack ${NAME}: 2 of 3 made, now Topic`,
      `the stack ${NAME}: 3 of 3 made`,
    ]);
  });

  it('is waited for while its change set is not ready', async () => {
    aws.pending = 2;
    const { end, waited } = await untilEnd(wantedWith(first));
    expect(end).toMatchObject({ stack: 'made' });
    const soon = `CloudFormation to say what would change in the stack ${NAME}`;
    expect(waited.slice(0, 3)).toEqual([soon, soon, `CloudFormation to begin with the stack ${NAME}`]);
  });

  it('fails with the resource that failed first, not with what was cancelled because of it', async () => {
    aws.failing.set('Queue', 'You may have no more queues.');
    const { end, waited } = await untilEnd(wantedWith(second));
    expect(end).toEqual({
      outcome: 'failed',
      code: 'STACK_FAILED',
      reason: `Queue (AWS::SQS::Queue): You may have no more queues; the stack ${NAME} was not made`,
    });
    expect(waited.at(-1)).toBe(
      `the stack ${NAME}: undoing it all: Queue (AWS::SQS::Queue): You may have no more queues`,
    );
    expect(aws.executed).toHaveLength(1);
  });
});

describe('a stack that CloudFormation refuses', () => {
  it('says why, and leaves no change set behind', async () => {
    await made();
    aws.refusing = { reason: 'Property Name is not known.' };
    expect(await provision(changing(second))).toEqual({
      outcome: 'failed',
      code: 'STACK_REFUSED',
      reason: 'Property Name is not known',
    });
    expect(aws.changeSets.has(changing(second).name)).toBe(false);
  });

  it('says what CloudFormation tells only to those who ask', async () => {
    aws.refusing = {
      reason: 'The following hook(s)/validation failed: [Acme]. Use the DescribeEvents API for details.',
      flaw: { LogicalResourceId: 'Logs', ResourceType: 'AWS::Logs::LogGroup', ValidationStatusReason: 'It exists.' },
    };
    expect(await provision(wantedWith(first))).toMatchObject({
      code: 'STACK_REFUSED',
      reason: 'Logs (AWS::Logs::LogGroup): It exists',
    });
  });
});

describe('a stack that is there', () => {
  it('costs one call where nothing changes', async () => {
    await made();
    expect(await provision(changing(first))).toEqual({
      outcome: 'provisioned',
      stack: 'unchanged',
      outputs: { Logs: 'Logs-1', Queue: 'Queue-1' },
    });
    expect(aws.calls).toEqual(['DescribeStacks']);
  });

  it('is changed by three calls, besides the looks at it', async () => {
    const { tags } = await made();
    const { end } = await untilEnd(changing(second));
    expect(end).toMatchObject({ stack: 'changed', outputs: { Topic: 'Topic-1' } });
    expect(aws.stack?.tags).toEqual(tags);
    const looks = ['DescribeStacks', 'DescribeStackEvents'];
    expect(aws.calls.filter((call) => !looks.includes(call))).toEqual([
      'CreateChangeSet',
      'DescribeChangeSet',
      'ExecuteChangeSet',
    ]);
  });

  it('has its policy before it begins to hold more', async () => {
    await made();
    const Table = { Type: 'AWS::DynamoDB::Table', Properties: {} };
    const wanted = changing({ ...second, Table });
    expect((await untilEnd(wanted)).end).toMatchObject({ stack: 'changed' });
    expect(aws.calls.filter((call) => /Policy|Execute/.test(call))).toEqual(['SetStackPolicy', 'ExecuteChangeSet']);
    expect(aws.stack?.policy).toContain('AWS::DynamoDB::Table');
  });

  it('keeps what those stand on that serve', async () => {
    const Mount = { Type: 'AWS::EFS::MountTarget', Properties: {} };
    await made({ ...first, Mount });
    expect((await untilEnd(changing(first))).end).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'STILL_USED', message: expect.stringContaining('Mount (AWS::EFS::MountTarget)') }],
    });
    expect(aws.executed).toHaveLength(0);
  });

  it('that a failed update left as it was fails with the cause', async () => {
    const stack = await made();
    aws.failing.set('Topic', 'Topics are not allowed');
    const { end } = await untilEnd(changing(second));
    expect(end).toMatchObject({
      code: 'STACK_FAILED',
      reason: `Topic (AWS::SNS::Topic): Topics are not allowed; the stack ${NAME} is as it was before`,
    });
    expect(Object.keys(stack.template.Resources)).toEqual(['Logs', 'Queue']);
    // The same deployment, asked once more, does not try again.
    expect(await provision(changing(second))).toEqual(end);
    expect(aws.executed).toHaveLength(1);
  });

  it('can be updated after the failed update of another deployment', async () => {
    await made();
    aws.failing.set('Topic', 'Topics are not allowed');
    await untilEnd(changing(second));
    aws.failing.clear();
    const other = wantedWith(second, { deployment: DEPLOYMENT.replace('0304', '0504') });
    expect((await untilEnd(other)).end).toMatchObject({ stack: 'changed' });
    expect(aws.executed).toHaveLength(2);
  });

  it('whose template says the same in other words is done', async () => {
    await made();
    const wanted = { ...changing(first), digest: 'another', template: JSON.stringify({ ...aws.stack?.template }) };
    expect(await provision(wanted)).toMatchObject({ stack: 'unchanged' });
    expect(aws.changeSets.has(wanted.name)).toBe(false);
    expect(aws.executed).toEqual([]);
  });

  it('gets in production the protection that an earlier deployment was cut off before', async () => {
    const stack = await made();
    Object.assign(stack, { isProtected: false, policy: undefined });
    expect(await provision(changing(first))).toMatchObject({ stack: 'unchanged' });
    expect(stack).toMatchObject({ isProtected: true, policy: changing(first).policy });
  });

  it.each([
    ['is in somebody else’s hands', 'UPDATE_IN_PROGRESS'],
    ['is being imported into', 'IMPORT_IN_PROGRESS'],
    ['is just being deleted', 'DELETE_IN_PROGRESS'],
    ['is being undone', 'UPDATE_ROLLBACK_IN_PROGRESS'],
  ] as const)('is waited for while it %s', async (_, status) => {
    tell(aws.given('UPDATE_COMPLETE'), [NAME, status], 'of-somebody-else');
    expect(await provision(changing(first))).toMatchObject({
      outcome: 'parked',
      awaits: expect.stringContaining(`the stack ${NAME}, which somebody else is changing: `),
      deadline: '2030-01-02T03:04:05.000Z',
    });
    expect(aws.calls).toEqual(['DescribeStacks', 'DescribeStackEvents']);
  });

  it('whose change set was made before somebody else changed the stack gets another one', async () => {
    await made();
    aws.pending = 1;
    await provision(changing(second));
    const [set] = aws.changeSets.values();
    Object.assign(set ?? {}, { execution: 'OBSOLETE' });
    expect((await untilEnd(changing(second))).end).toMatchObject({ stack: 'changed' });
    expect(aws.executed).toHaveLength(1);
  });

  it('that somebody else changed after this deployment did is left as it is', async () => {
    const stack = await made();
    await untilEnd(changing(second));
    stack.template = templateWith(first);
    tell(stack, [NAME, 'UPDATE_IN_PROGRESS'], 'of-somebody-else');
    tell(stack, [NAME, 'UPDATE_COMPLETE'], 'of-somebody-else');
    expect(await provision(changing(second))).toMatchObject({ outcome: 'failed', code: 'STACK_OVERTAKEN' });
    expect(aws.executed).toHaveLength(1);
  });
});

describe('what holds data', () => {
  it('is not deleted: the change is refused, and its change set removed', async () => {
    await made();
    expect(await provision(changing({ Logs: LOGS }))).toMatchObject({
      outcome: 'refused',
      problems: [{ code: 'DATA_AT_RISK', message: expect.stringContaining('Queue (AWS::SQS::Queue queue)') }],
    });
    expect(aws.executed).toEqual([]);
    expect(aws.changeSets.size).toBe(1);
  });

  it('may leave the template where it is kept', async () => {
    await made();
    expect((await untilEnd(changing({ Queue: QUEUE }))).end).toMatchObject({ stack: 'changed' });
  });

  it('is not replaced', async () => {
    await made();
    aws.replacement.set('Logs', 'True');
    const other = { ...LOGS, Properties: { RetentionInDays: 30 } };
    expect(await provision(changing({ ...first, Logs: other }))).toMatchObject({ outcome: 'refused' });
    expect(aws.executed).toEqual([]);
  });

  it('is guarded by the stack’s policy before a change of which CloudFormation does not know yet', async () => {
    const stack = await made();
    delete stack.policy;
    aws.replacement.set('Logs', 'Conditional');
    await provision(changing({ ...first, Logs: { ...LOGS, Properties: { RetentionInDays: 30 } } }));
    expect(stack.policy).toBe(wantedWith(first).policy);
    expect(aws.calls.indexOf('SetStackPolicy')).toBeLessThan(aws.calls.indexOf('ExecuteChangeSet'));
  });
});

describe('a stack in a bad state', () => {
  it('that was only looked at, and never made, is made', async () => {
    aws.given('REVIEW_IN_PROGRESS');
    expect((await untilEnd(wantedWith(first))).end).toMatchObject({ outcome: 'provisioned' });
  });

  it.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'] as const)(
    'never was complete (%s): it is deleted and made anew',
    async (status) => {
      const { id } = aws.given(status);
      const { end, waited } = await untilEnd(wantedWith(first));
      expect(end).toMatchObject({ stack: 'made' });
      expect(waited).toContain(`the stack ${NAME}: 1 removed`);
      expect(aws.stack?.id).not.toBe(id);
    },
  );

  it('never was complete, and may not be deleted: it is told', async () => {
    aws.given('ROLLBACK_COMPLETE', { isProtected: true });
    expect(await provision(wantedWith(first))).toMatchObject({
      code: 'STACK_REFUSED',
      reason: expect.stringContaining('cannot be deleted'),
    });
  });

  it('cannot be undone: that is tried once more, and then it is as any after a failed update', async () => {
    const stack = await made();
    aws.failing.set('Topic', 'Topics are not allowed');
    aws.stubborn = { name: 'Queue', times: 1 };
    const { end } = await untilEnd(changing(second));
    expect(aws.calls.filter((call) => call === 'ContinueUpdateRollback')).toHaveLength(1);
    expect(end).toMatchObject({ code: 'STACK_FAILED', reason: expect.stringContaining('Topics are not allowed') });
    expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('cannot be undone twice: it is told what stands in the way, and what to do', async () => {
    await made();
    aws.failing.set('Topic', 'Topics are not allowed');
    aws.stubborn = { name: 'Queue', times: 9 };
    const { end } = await untilEnd(changing(second));
    expect(end).toMatchObject({ code: 'STACK_STUCK' });
    expect(end).toMatchObject({
      reason: expect.stringMatching(
        /Queue \(AWS::SQS::Queue\): it is in use\); aws cloudformation continue-update-rollback/,
      ),
    });
    expect(aws.calls.filter((call) => call === 'ContinueUpdateRollback')).toHaveLength(1);
  });

  it.each([
    ['DELETE_FAILED', 'delete-stack'],
    ['UPDATE_FAILED', 'rollback-stack'],
    ['IMPORT_ROLLBACK_FAILED', 'describe-stack-events'],
  ] as const)('that only a person can judge (%s) is left to one, with what to do', async (status, command) => {
    tell(aws.given(status), ['Queue', 'DELETE_FAILED', 'it is not empty']);
    expect(await provision(wantedWith(first))).toMatchObject({
      code: 'STACK_STUCK',
      reason: expect.stringMatching(new RegExp(`${status} \\(Queue .*it is not empty\\); .*${command}`)),
    });
    expect(aws.calls).toEqual(['DescribeStacks', 'DescribeStackEvents']);
  });

  it.each(['CREATE_COMPLETE', 'ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_FAILED', 'UPDATE_IN_PROGRESS'] as const)(
    'that is not the pilot’s is not touched (%s)',
    async (status) => {
      aws.given(status, { tags: { 'pilotage:pilot': 'acme-shop', 'pilotage:environment': 'staging' } });
      expect(await provision(wantedWith(first))).toMatchObject({ outcome: 'failed', code: 'STACK_FOREIGN' });
      expect(aws.calls).toEqual(['DescribeStacks']);
    },
  );

  it('that vanishes on the way is made anew', async () => {
    await made();
    await provision(changing(second));
    aws.stack = undefined;
    aws.changeSets.clear();
    expect((await untilEnd(changing(second))).end).toMatchObject({ stack: 'made' });
  });
});
