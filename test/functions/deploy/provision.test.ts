import { handler } from '../../../functions/deploy/provision.ts';
import { handler as unlock } from '../../../functions/deploy/unlock.ts';
import { transact } from '../../../shared/aws/table.ts';
import { warningsOf } from '../../../shared/ending.ts';
import type { Deployment } from '../../../shared/ledger/deployment.ts';
import { findEdge, keepRanges } from '../../../shared/ledger/edge.ts';
import { manifestPlanned } from '../../../shared/ledger/manifests.ts';
import type { Plan } from '../../../shared/targets/target.ts';
import { some } from '../../edge-sync/world.ts';
import { resolve, SMALL } from '../../preview/samples.ts';
import { SERVICE_ROLE } from '../../provisioning/service-role.ts';
import { type CloudFormation, standIn } from '../../provisioning/stand-in/cloudformation.ts';
import { NAME } from '../../provisioning/stand-in/stack.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
let aws: CloudFormation;
beforeAll(async () => {
  [stage, aws] = await Promise.all([setStage(), standIn()]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_CLOUDFORMATION: aws.url,
    AWS_ENDPOINT_URL_IAM: aws.url,
  });
});
afterAll(async () => {
  aws.close();
  await stage.close();
});
beforeEach(() => {
  aws.reset();
  process.env.PILOT_BOUNDARY = 'arn:aws:iam::000000000000:policy/pilots';
});

const planFor = (target: string): Plan => ({
  target,
  pilot: 'acme-shop',
  environment: 'production',
  release: '0123456789abcdef0123',
  url: 'https://shop.example.com',
  summary: {},
  detail: {},
});

/** A deployment for which Validate settled a plan, and kept the manifest. */
async function planned(text: string, accepted?: Deployment): Promise<string> {
  const { id } = accepted ?? (await stage.upload('acme-shop', text));
  const manifest = resolve(text);
  const plan = planFor(manifest.target);
  await stage.given(id, { plan });
  await transact([manifestPlanned(plan, manifest)]);
  return id;
}
const run = (id: string, again = false) => stage.run(handler, 'Provision', id, { again });

/** As the watchdog has it look until there is an answer. */
async function untilAnswer(id: string, looks = 40) {
  for (let answer = await run(id); ; answer = await run(id, true)) if (answer || looks-- === 0) return answer;
}

describe('Provision', () => {
  it('is done at once for a target that has no stack', async () => {
    const id = await planned(manifestOf('acme-shop'));
    expect(await run(id)).toMatchObject({ success: {} });
    expect(aws.calls).toEqual([]);
    expect((await stage.now(id)).plan).toEqual(planFor('static'));
  });

  it('parks while the stack is made, tells how far it is, and settles what it has', async () => {
    const id = await planned(SMALL.lambda);
    stage.told();
    expect(await run(id)).toBeUndefined();
    expect((await stage.now(id)).progress).toBe(`waiting for CloudFormation to begin with the stack ${NAME}`);
    expect(stage.told()).toEqual(['StepStarted', 'StepProgressed']);
    expect(await run(id, true)).toBeUndefined();
    expect((await stage.now(id)).progress).toBe(`waiting for the stack ${NAME}: 0 of 5 made, now Logs`);
    expect(stage.told()).toEqual(['StepProgressed']);

    expect(await untilAnswer(id)).toMatchObject({ success: {} });
    const { plan, facts } = await stage.now(id);
    expect(facts).toEqual({ stack: 'made (5 resources added)' });
    expect(Object.keys(plan?.stack ?? {}).sort()).toEqual(['FailedCalls', 'Logs', 'Role']);
    expect(plan).toMatchObject(planFor('lambda'));
    expect(aws.stack?.role).toBe(SERVICE_ROLE.arn);
  });

  it('says the same progress once', async () => {
    const id = await planned(SMALL.lambda);
    await run(id);
    const stack = aws.stack;
    await run(id, true);
    if (stack) stack.coming = [];
    await run(id, true);
    stage.told();
    await run(id, true);
    expect(stage.told()).toEqual([]);
  });

  it('fails with the resource that failed, and has changed nothing then', async () => {
    aws.failing.set('FailedCalls', 'You may have no more queues.');
    const id = await planned(SMALL.lambda);
    await run(id);
    expect(Object.values((await stage.now(id)).touched ?? {})).toEqual([
      { added: ['Logs', 'FailedCalls', 'FunctionRole', 'ErrorsAlarm', 'LatencyAlarm'] },
    ]);
    const answer = await untilAnswer(id);
    expect(answer).toMatchObject({ error: 'Failed' });
    expect(JSON.stringify(answer)).toContain('You may have no more queues');
    expect((await stage.now(id)).touched).toEqual({});
  });

  it('keeps what it changed in a stack, which stays when the deployment fails later', async () => {
    await untilAnswer(await planned(SMALL.lambda));
    if (aws.stack) aws.stack.createdAt = aws.stack.changedAt = new Date('2020-01-02T03:04:05Z');
    const id = await planned(`${SMALL.lambda}retention: { logs: 3 }\n`);
    expect(await untilAnswer(id)).toMatchObject({ success: {} });
    const changed = await stage.now(id);
    expect(changed.facts).toEqual({ stack: 'changed (1 resource changed)' });
    expect(Object.values(changed.touched ?? {})).toEqual([{ changed: ['Logs'] }]);
    expect(warningsOf({ ...changed, status: 'failed' })?.Provision).toContain('it: 1 resource changed (');
  });

  it('lets CloudFront into the groups of a pilot that serves as soon as they are there, and not into those of a new one', async () => {
    const blocks = { CLOUDFRONT: some(3), CLOUDFRONT_ORIGIN_FACING: some(3) };
    await keepRanges({ token: 1_767_000_000, readAt: new Date().toISOString(), blocks });
    const whose = { pilot: 'acme-shop', environment: 'production' };
    const text = `${SMALL.lambda}lambda: { front: load-balancer }\nedge: { mode: rules }\n`;
    expect(await untilAnswer(await planned(text), 200)).toMatchObject({ success: {} });
    expect(await findEdge(whose)).toBeUndefined();
    if (aws.stack) aws.stack.createdAt = aws.stack.changedAt = new Date('2020-01-02T03:04:05Z');
    // The stack in the stand-in has made no group of EC2's: what keeps SyncEdge back keeps Provision from nothing.
    expect(await untilAnswer(await planned(`${text}retention: { logs: 3 }\n`), 200)).toMatchObject({ success: {} });
    expect(await findEdge(whose)).toMatchObject({ opening: { mode: 'rules', port: 80 }, code: 'EDGE_GROUP_GONE' });
  });

  it('is told of at the end of a deployment that fails after it, with what it leaves', async () => {
    const id = await planned(SMALL.lambda);
    await untilAnswer(id);
    await stage.run(unlock, 'Unlock', id, { failure: { Error: 'Failed', Cause: '{"reason":"it broke"}' } });
    const told = stage.events.findLast(({ name }) => name === 'DeploymentFailed');
    expect(told?.detail).toMatchObject({
      deployment: id,
      facts: { stack: 'made (5 resources added)' },
      warnings: { Provision: expect.stringContaining('5 resources added') },
    });
  });

  it('tells of no change where there is nothing to do', async () => {
    await untilAnswer(await planned(SMALL.lambda));
    if (aws.stack) aws.stack.createdAt = aws.stack.changedAt = new Date('2020-01-02T03:04:05Z');
    const id = await planned(SMALL.lambda);
    expect(await untilAnswer(id)).toMatchObject({ success: {} });
    expect(await stage.now(id)).toMatchObject({ facts: { stack: 'unchanged' } });
    expect((await stage.now(id)).touched).toBeUndefined();
  });

  it('refuses what the operator has not set, and changes nothing', async () => {
    process.env.PILOT_BOUNDARY = '';
    expect(await run(await planned(SMALL.lambda))).toMatchObject({ error: 'Refused' });
    expect(aws.calls).toEqual([]);
  });

  it('reads for a rollback what the stack has, and changes nothing', async () => {
    await untilAnswer(await planned(SMALL.lambda));
    aws.calls.length = 0;
    const id = await planned(SMALL.lambda, await stage.askRollback('acme-shop', planFor('lambda').release));
    expect(await run(id)).toMatchObject({ success: {} });
    expect(Object.keys((await stage.now(id)).plan?.stack ?? {}).sort()).toEqual(['FailedCalls', 'Logs', 'Role']);
    expect(aws.calls).toEqual(['DescribeStacks']);
  });

  it('cannot go back to what has no stack any more', async () => {
    const id = await planned(SMALL.lambda, await stage.askRollback('acme-shop', planFor('lambda').release));
    expect(await run(id)).toMatchObject({ error: 'Failed' });
    expect(aws.calls).toEqual(['DescribeStacks']);
  });
});
