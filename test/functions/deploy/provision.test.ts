import { randomUUID } from 'node:crypto';
import { CreateSecurityGroupCommand, EC2Client } from '@aws-sdk/client-ec2';
import { handler } from '../../../functions/deploy/provision.ts';
import { handler as unlock } from '../../../functions/deploy/unlock.ts';
import { transact } from '../../../shared/aws/table.ts';
import { readGroups } from '../../../shared/edge-sync/read-door.ts';
import { warningsOf } from '../../../shared/ending.ts';
import type { Deployment } from '../../../shared/ledger/deployment.ts';
import { claimEdge, findEdge } from '../../../shared/ledger/edge.ts';
import { listFailures } from '../../../shared/ledger/edge-failures.ts';
import { keepRanges } from '../../../shared/ledger/edge-ranges.ts';
import { partition } from '../../../shared/ledger/keys.ts';
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

/** As a restore in place writes it down before it changes the stack. */
const restoring = {
  key: { pk: partition('acme-shop', 'production'), sk: 'RESTORE#new' },
  update: 'SET askedAt = :at, #database = :new, #before = :old',
  names: { '#database': 'database', '#before': 'before' },
  values: { ':at': '2026-11-21T01:57:15.000Z', ':new': 'new', ':old': 'old' },
};

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

  describe('of a pilot that CloudFront reaches', () => {
    const WHOSE = { pilot: 'acme-shop', environment: 'production' };
    const FRONTED = `${SMALL.lambda}lambda: { front: load-balancer }\n`;
    const RULES = `${FRONTED}edge: { mode: rules }\n`;
    const know = (cidrs: string[]) =>
      keepRanges({
        token: 1_767_000_000,
        readAt: new Date().toISOString(),
        blocks: { CLOUDFRONT: cidrs, CLOUDFRONT_ORIGIN_FACING: cidrs },
      });
    beforeEach(() => stage.fresh());

    /** It serves in another mode; the groups of the next one are there as soon as the stack has them. */
    async function serving(text = `${FRONTED}edge: { mode: managed-prefix-list }\n`) {
      await untilAnswer(await planned(text), 200);
      if (aws.stack) aws.stack.createdAt = aws.stack.changedAt = new Date('2020-01-02T03:04:05Z');
    }
    async function withGroups(): Promise<string[]> {
      const ids = await Promise.all(
        ['EdgeGroup1', 'BalancerGroup'].map(async (name) => [name, await group()] as const),
      );
      for (const [name, id] of ids) aws.groups.set(name, id);
      return ids.map(([, id]) => id);
    }
    async function group(): Promise<string> {
      const name = `provision-${randomUUID()}`;
      const { GroupId = '' } = await new EC2Client().send(
        new CreateSecurityGroupCommand({ GroupName: name, Description: name }),
      );
      return GroupId;
    }

    it('fills its groups as soon as they are there, and those of a new one later', async () => {
      await know(some(3));
      const groups = await withGroups();
      await serving();
      expect(await untilAnswer(await planned(RULES), 200)).toMatchObject({ success: {} });
      expect((await readGroups(groups)).map(({ rules }) => rules.length)).toEqual([3, 0]);
      aws.reset();
      await stage.fresh();
      await know(some(3));
      expect(await untilAnswer(await planned(RULES), 200)).toMatchObject({ success: {} });
      expect(await findEdge(WHOSE)).toBeUndefined();
    });

    it('changes no stack where its groups could not take in all of it, or nobody knows what', async () => {
      await serving();
      await know(some(130));
      const calls = () => aws.calls.filter((call) => call === 'ExecuteChangeSet').length;
      const before = calls();
      const refused = await planned(RULES);
      expect(await untilAnswer(refused)).toMatchObject({ error: 'Refused' });
      expect((await stage.now(refused)).failure).toMatchObject({ problems: [{ code: 'EDGE_QUOTA' }] });
      await stage.fresh();
      const id = await planned(RULES);
      expect(await run(id)).toBeUndefined();
      expect((await stage.now(id)).progress).toContain('AWS’s list of CloudFront’s addresses');
      expect(calls()).toBe(before);
    });

    it('goes on with nothing before its groups let in somebody: it waits for whoever is at them', async () => {
      await know(some(3));
      await withGroups();
      await serving();
      const claim = await claimEdge(WHOSE, 1, new Date());
      const id = await planned(RULES);
      expect(await untilAnswer(id, 60)).toBeUndefined();
      expect((await stage.now(id)).progress).toContain('another sync is at work');
      await transact([{ remove: claim?.key ?? { pk: '', sk: '' } }]);
      expect(await run(id, true)).toMatchObject({ success: {} });
      expect(await findEdge(WHOSE)).toMatchObject({ outcome: 'done' });
    });

    it('fails where they cannot be filled, and leaves that to be tried again', async () => {
      await know(some(3));
      await serving();
      const id = await planned(RULES);
      // The stack in the stand-in has made no groups of EC2's.
      expect(await untilAnswer(id, 200)).toMatchObject({ error: 'Failed' });
      expect((await stage.now(id)).failure).toMatchObject({ code: 'EDGE_GROUP_GONE' });
      expect(await listFailures()).toMatchObject([WHOSE]);
    });
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

  it('comes back with no database that the stack goes on replacing, whoever began that', async () => {
    await untilAnswer(await planned(SMALL.lambda));
    const id = await planned(SMALL.lambda, await stage.askRollback('acme-shop', planFor('lambda').release));
    if (aws.stack) aws.stack.status = 'UPDATE_IN_PROGRESS';
    await transact([restoring]);
    expect(await run(id)).toBeUndefined();
    expect((await stage.now(id)).progress).toBe(`waiting for the stack ${NAME}, which goes on replacing its database`);
    // What it tells once it is at rest counts.
    if (aws.stack) aws.stack.status = 'UPDATE_COMPLETE';
    expect(await run(id, true)).toMatchObject({ success: {} });
  });

  it('does not wait for a stack that somebody changes where no database is replaced', async () => {
    await untilAnswer(await planned(SMALL.lambda));
    const id = await planned(SMALL.lambda, await stage.askRollback('acme-shop', planFor('lambda').release));
    if (aws.stack) aws.stack.status = 'UPDATE_IN_PROGRESS';
    await transact([{ ...restoring, update: `${restoring.update}, settledAt = :at` }]);
    expect(await run(id)).toMatchObject({ success: {} });
  });

  it('cannot go back to what has no stack any more', async () => {
    const id = await planned(SMALL.lambda, await stage.askRollback('acme-shop', planFor('lambda').release));
    expect(await run(id)).toMatchObject({ error: 'Failed' });
    expect(aws.calls).toEqual(['DescribeStacks']);
  });
});
