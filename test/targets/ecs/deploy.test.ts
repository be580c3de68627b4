import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { DeleteServiceCommand, ListTaskDefinitionsCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ecsTarget } from '../../../shared/targets/ecs/ecs.ts';
import { leaseUnder, lostLease } from '../../support/lease.ts';
import type { Fate } from './running-tasks.ts';
import { firstOf, imageOf, openWorld, type StackedPlan, type World } from './world.ts';

let world: World;
let pilot: string;
let count = 0;
beforeAll(async () => {
  world = await openWorld();
}, 300_000);
afterAll(() => world.close());
beforeEach(() => {
  world.tasks.before = () => undefined;
  count += 1;
  pilot = `acme-${count}`;
});

const LONG_AGO = new Date(0);
const nameOf = (colour: string) => `${pilot}-production--${colour}`;
const fated = (content: string, fate: Fate) => world.tasks.fates.set(imageOf(content), fate);
const callsDuring = async (work: () => Promise<unknown>): Promise<string[]> => {
  const from = world.tasks.calls.length;
  await work();
  return world.tasks.calls.slice(from);
};

/** A second release beside a live one, brought up. */
async function besideBlue(content: string, more?: Record<string, unknown>) {
  const blue = await world.deploy(pilot, 'blue', 1, more);
  const plan = await world.plan(pilot, content, more);
  const before = await ecsTarget.live(plan);
  return { blue, plan, before, ...(await world.prepared(plan, before, 2)) };
}

describe('prepare', () => {
  it('says how far it is, and is done when all are healthy', async () => {
    const slow = `${pilot} slow`;
    fated(slow, 'slow');
    const plan = await world.plan(pilot, slow, { scaling: { min: 2, max: 4 } });
    const { said, end } = await world.prepared(plan, await ecsTarget.live(plan));
    expect(said).toEqual([
      'its tasks: 0 of 2 run',
      'its tasks: 1 of 2 tasks run, 0 healthy',
      'its tasks: 2 of 2 tasks run, 0 healthy',
    ]);
    expect(end).toMatchObject({ outcome: 'done', facts: { tasks: 2 } });
  });

  it('registers the same content once, and makes the service with what protects it', async () => {
    const plan = await world.plan(pilot, 'one');
    const live = await ecsTarget.live(plan);
    for (let time = 0; time < 2; time += 1) await world.prepared(plan, live);
    const familyPrefix = `${pilot}-production--${plan.release}`;
    const { taskDefinitionArns } = await world.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix }));
    expect(taskDefinitionArns).toHaveLength(1);
    expect(world.tasks.asked.get(nameOf('blue'))).toMatchObject({
      clientToken: expect.stringMatching(/^\w{32}$/),
      enableExecuteCommand: true,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      loadBalancers: [{ targetGroupArn: plan.stack.BlueTargets, containerName: 'app', containerPort: 8080 }],
    });
  });

  it('registers a release anew when the stack has changed under it', async () => {
    const plan = await world.plan(pilot, 'one');
    const live = await ecsTarget.live(plan);
    await world.prepared(plan, live);
    await deleteService(plan, 'blue');
    const changed = { ...plan, stack: { ...plan.stack, TaskRole: 'arn:aws:iam::123456789012:role/another' } };
    const { end } = await world.prepared(changed, live);
    expect(end).toMatchObject({ facts: { revision: `${pilot}-production--${plan.release}:2` } });
  });

  it('brings a release up anew that runs for another database, since it came back from being offline', async () => {
    const plan = await world.plan(pilot, 'one');
    const told = { DatabasePort: '5432', DatabaseName: 'app', DatabaseUser: 'app', DatabaseSecret: 'arn' };
    const detail = { ...(plan.detail as object), database: { engine: 'postgres', managed: false } };
    const at = (DatabaseHost: string) => ({ ...plan, detail, stack: { ...plan.stack, ...told, DatabaseHost } });
    const live = await ecsTarget.live(plan);
    await world.prepared(at('old'), live);
    for (const [host, revision] of [
      ['old', 1],
      ['new', 2],
      ['new', 2],
    ] as const)
      expect((await world.prepared(at(host), live)).end).toMatchObject({
        facts: { revision: `${pilot}-production--${plan.release}:${revision}` },
      });
  });

  it('brings up as many as the live colour has, within the manifest’s limits', async () => {
    const { before } = await besideBlue('green', { scaling: { min: 3, max: 9 } });
    for (const [content, scaling, desiredCount] of [
      ['fewer', { min: 1, max: 9 }, 3],
      ['capped', { min: 1, max: 2 }, 2],
    ] as const) {
      await world.prepared(await world.plan(pilot, content, { scaling }), before, 2);
      expect(world.tasks.asked.get(nameOf('green'))).toMatchObject({ desiredCount });
    }
  });

  it('never touches the live colour', async () => {
    await world.deploy(pilot, 'blue', 1);
    const asked = world.tasks.asked.get(nameOf('blue'));
    const plan = await world.plan(pilot, 'green');
    await world.prepared(plan, await ecsTarget.live(plan), 2);
    expect(world.tasks.asked.get(nameOf('blue'))).toEqual(asked);
  });

  it.each<[Fate, string, string]>([
    ['no image', 'IMAGE_NOT_FOUND', 'the image does not exist'],
    ['exits', 'CONTAINER_EXITED', 'exit code 3'],
    ['says no', 'HEALTH_CHECK_FAILED', 'the health check of / did not pass'],
    ['silent', 'NOBODY_LISTENS', 'nothing answers on port 8080'],
    ['no addresses', 'OUT_OF_ADDRESSES', 'no free addresses'],
  ])('fails with the reason when its tasks are: %s', async (fate, code, reason) => {
    const content = `${pilot} ${fate}`;
    fated(content, fate);
    const { end, plan, before } = await besideBlue(content);
    expect(end).toMatchObject({ outcome: 'failed', code, reason: expect.stringContaining(reason) });
    expect(world.tasks.asked.get(nameOf('green'))).toMatchObject({ desiredCount: 0 });
    expect(await ecsTarget.live(plan)).toEqual(before);

    // Once the reason is gone, the same release comes up.
    fated(content, 'well');
    expect((await world.prepared(plan, before, 3)).end).toMatchObject({ outcome: 'done' });
  });

  it('shows the last lines that a container wrote before it ended', async () => {
    const content = `${pilot} exits`;
    fated(content, 'exits');
    const plan = await world.plan(pilot, content);
    await world.log(plan, `${plan.release}/app/${nameOf('blue')}-0`, ['starting', 'no database at db:5432']);
    const { end } = await world.prepared(plan, await ecsTarget.live(plan));
    expect(end).toMatchObject({ reason: expect.stringMatching(/exit code 3; its log ends: starting \| no database/) });
  });

  it('makes an idle service again that somebody deleted', async () => {
    const { plan, before } = await besideBlue('green');
    await deleteService(plan, 'green');
    expect((await world.prepared(plan, before, 2)).end).toMatchObject({ outcome: 'done' });
  });

  it('fails with words when the live service was deleted', async () => {
    await deleteService(await world.deploy(pilot, 'blue', 1), 'blue');
    const next = await world.plan(pilot, 'green');
    const { end } = await world.prepared(next, await ecsTarget.live(next), 2);
    expect(end).toMatchObject({ code: 'LIVE_SERVICE_GONE', reason: expect.stringContaining(nameOf('blue')) });
  });

  it('has the load balancer ask its own colour, and never the one that serves', async () => {
    const { blue, plan, before } = await besideBlue('green');
    const asks = async (group: string | undefined) => {
      const { TargetGroups } = await world.elb.send(
        new DescribeTargetGroupsCommand({ TargetGroupArns: [group ?? ''] }),
      );
      const { HealthCheckPath, HealthCheckIntervalSeconds, Matcher } = TargetGroups?.[0] ?? {};
      return [HealthCheckPath, HealthCheckIntervalSeconds, Matcher?.HttpCode];
    };
    await ecsTarget.shift(plan, before, 100, leaseUnder(2));
    const next = await world.plan(pilot, 'next', { health: { path: '/well', interval: '10s', status: '204' } });
    const changing = await callsDuring(async () => world.prepared(next, await ecsTarget.live(next), 3));
    expect(changing.filter((call) => /ModifyTargetGroup|TagResource/.test(call))).toEqual([
      'elb ModifyTargetGroup',
      'ecs TagResource',
    ]);
    expect(await asks(blue.stack.BlueTargets)).toEqual(['/well', 10, '204']);
    expect(await asks(blue.stack.GreenTargets)).toEqual(['/', 15, '200-399']);

    // A release that changes the code alone asks the same, which costs nothing.
    const code = await world.plan(pilot, 'code', { health: { path: '/well', interval: '10s', status: '204' } });
    const calls = await callsDuring(async () => world.prepared(code, await ecsTarget.live(code), 4));
    expect(calls.filter((call) => /ModifyTargetGroup|TagResource/.test(call))).toEqual([]);
  });

  it('changes nothing where the lock is lost meanwhile', async () => {
    const { before } = await besideBlue('green');
    const next = await world.plan(pilot, 'next');
    const calls = await callsDuring(async () => {
      expect(await ecsTarget.prepare(next, before, lostLease(2))).toMatchObject({ code: 'FENCED' });
    });
    expect(calls.filter((call) => /Update|Create|Modify|Tag/.test(call))).toEqual([]);
  });

  it('changes nothing while both colours have traffic', async () => {
    const { plan, before } = await besideBlue('green');
    await ecsTarget.shift(plan, before, 20, leaseUnder(2));
    const other = await world.plan(pilot, 'other');
    expect((await world.prepared(other, await ecsTarget.live(other), 3)).end).toMatchObject({ code: 'NO_IDLE_COLOUR' });
  });
});

/** Between which numbers Application Auto Scaling keeps a colour. */
async function limitsOf(colour: string) {
  const { stack } = await world.planStack(pilot);
  const ResourceIds = [`service/${stack.Cluster}/${nameOf(colour)}`];
  const asked = new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds });
  const { ScalableTargets = [] } = await world.scaling.send(asked);
  return ScalableTargets.flatMap(({ MinCapacity, MaxCapacity }) => [MinCapacity, MaxCapacity]);
}

/** What a person does in the console. */
async function deleteService({ stack }: StackedPlan, colour: string): Promise<void> {
  await world.ecs.send(new DeleteServiceCommand({ cluster: stack.Cluster, service: nameOf(colour), force: true }));
}
async function liveRule({ stack }: StackedPlan) {
  const { Rules = [] } = await world.elb.send(new DescribeRulesCommand({ ListenerArn: stack.Listener }));
  return firstOf(Rules);
}
async function deleteRule(plan: StackedPlan): Promise<void> {
  await world.elb.send(new DeleteRuleCommand({ RuleArn: (await liveRule(plan))?.RuleArn }));
}
async function moveByHand(plan: StackedPlan, weights: Record<string, number>): Promise<void> {
  const rule = await liveRule(plan);
  const TargetGroups = Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  await world.elb.send(
    new ModifyRuleCommand({ RuleArn: rule?.RuleArn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] }),
  );
}

describe('shift and rollback', () => {
  it('gives no traffic to a colour with fewer healthy targets than tasks', async () => {
    const content = `${pilot} sick`;
    fated(content, 'sick later');
    const { plan, before } = await besideBlue(content);
    expect(await ecsTarget.shift(plan, before, 10, leaseUnder(2))).toMatchObject({
      code: 'NOT_HEALTHY',
      reason: `${nameOf('green')} has 0 healthy targets, and should have 1`,
    });
    expect(await world.served(pilot)).toBe('blue');
  });

  it('brings a colour up to what serves now before it gets its share, and moves nothing meanwhile', async () => {
    const { plan, before, blue } = await besideBlue('green', { scaling: { min: 1, max: 9 } });
    await world.ecs.send(
      new UpdateServiceCommand({ cluster: blue.stack.Cluster, service: nameOf('blue'), desiredCount: 3 }),
    );
    expect(await ecsTarget.shift(plan, before, 50, leaseUnder(2))).toEqual({
      outcome: 'growing',
      progress: '1 healthy targets, and should have 1, and as many as serve now are 3',
    });
    expect((await ecsTarget.live(plan)).weights).toEqual(before.weights);
    expect(world.tasks.asked.get(nameOf('green'))).toMatchObject({ desiredCount: 3 });
    expect(await ecsTarget.shift(plan, before, 50, leaseUnder(2))).toMatchObject({ facts: { weight: 50 } });
  });

  it('stops when a person has moved the rule', async () => {
    const { plan, before } = await besideBlue('green');
    const GreenTargets = plan.stack.GreenTargets ?? '';
    await world.prepared(await world.plan(pilot, 'other'), before, 2);
    await moveByHand(plan, { [GreenTargets]: 1 });
    expect(await ecsTarget.shift(plan, before, 100, leaseUnder(2))).toMatchObject({ code: 'POINTER_MOVED' });
  });

  it('writes each move once, and leaves the template’s own rule alone', async () => {
    const { plan, before } = await besideBlue('green');
    const calls = await callsDuring(() => ecsTarget.shift(plan, before, 100, leaseUnder(2)));
    expect(calls.filter((call) => /Rule$/.test(call))).toEqual(['elb CreateRule', 'elb DeleteRule']);
    const { Rules = [] } = await world.elb.send(new DescribeRulesCommand({ ListenerArn: plan.stack.Listener }));
    expect(Rules.map(({ Priority }) => Priority).sort()).toEqual(['49997', '50000', 'default']);
  });

  it('does not put back a rule that a person deletes under its hands', async () => {
    const { plan, before } = await besideBlue('green');
    await ecsTarget.shift(plan, before, 50, leaseUnder(2));
    let isFirst = true;
    world.tasks.before = (call) => {
      if (call !== 'elb ModifyRule' || !isFirst) return undefined;
      isFirst = false;
      return deleteRule(plan);
    };
    expect(await ecsTarget.shift(plan, before, 100, leaseUnder(2))).toMatchObject({ code: 'POINTER_MOVED' });
    expect(await world.served(pilot)).toBeNull();
  });

  it('has no effect any more where a newer deployment has moved it, however late it comes', async () => {
    const { plan, before } = await besideBlue('green');
    const [reached, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let isFirst = true;
    world.tasks.before = (call) => {
      if (call !== 'elb CreateRule' || !isFirst) return undefined;
      isFirst = false;
      reached.resolve();
      return gone.promise;
    };
    const late = ecsTarget.shift(plan, before, 100, leaseUnder(2));
    await reached.promise;
    await ecsTarget.rollback(plan, before, leaseUnder(3));
    gone.resolve();
    expect(await late).toMatchObject({ code: 'FENCED' });
    expect(await world.served(pilot)).toBe('blue');
  });

  it('gives nothing back to a colour that cannot answer, while the other one can', async () => {
    const old = `${pilot} old`;
    await world.deploy(pilot, old, 1);
    const plan = await world.plan(pilot, 'green');
    const before = await ecsTarget.live(plan);
    await world.prepared(plan, before, 2);
    await ecsTarget.shift(plan, before, 100, leaseUnder(2));
    await ecsTarget.rest(plan, before, LONG_AGO, leaseUnder(2));
    expect(await ecsTarget.rollback(plan, before, leaseUnder(3))).toMatchObject({ code: 'NOT_HEALTHY' });
    expect(await world.served(pilot)).toBe('green');
  });

  it('keeps the old colour as large as it is while it loses its traffic, whatever the new one may be', async () => {
    const blue = await world.deploy(pilot, 'blue', 1, { scaling: { min: 1, max: 9 } });
    const service = { cluster: blue.stack.Cluster, service: nameOf('blue') };
    await world.ecs.send(new UpdateServiceCommand({ ...service, desiredCount: 3 }));
    const plan = await world.plan(pilot, 'green', { scaling: { min: 4, max: 6 } });
    const before = await ecsTarget.live(plan);
    await world.prepared(plan, before, 2);
    await ecsTarget.shift(plan, before, 50, leaseUnder(2));
    expect(await limitsOf('blue')).toEqual([3, 9]);

    await ecsTarget.rollback(plan, before, leaseUnder(3));
    expect(await world.served(pilot)).toBe('blue');
    expect(await limitsOf('blue')).toEqual([1, 9]);
  });

  it('leaves no tasks of a release that gave its traffic back: the ill would be replaced for ever', async () => {
    const { plan, before } = await besideBlue('green');
    await ecsTarget.shift(plan, before, 100, leaseUnder(2));
    for (let time = 0; time < 2; time += 1) await ecsTarget.rollback(plan, before, leaseUnder(3));
    expect(world.tasks.asked.get(nameOf('green'))).toMatchObject({ desiredCount: 0 });
    expect(world.tasks.asked.get(nameOf('blue'))).not.toMatchObject({ desiredCount: 0 });
    expect(await world.served(pilot)).toBe('blue');
  });

  it('lets what serves shrink again when the old colour rests', async () => {
    const { plan, before } = await besideBlue('green', { scaling: { min: 1, max: 9 } });
    const service = { cluster: plan.stack.Cluster, service: nameOf('green') };
    await world.ecs.send(new UpdateServiceCommand({ ...service, desiredCount: 2 }));
    await ecsTarget.shift(plan, before, 100, leaseUnder(2));
    const rested = await callsDuring(() => ecsTarget.rest(plan, before, LONG_AGO, leaseUnder(2)));
    expect(rested.filter((call) => call.startsWith('scaling'))).toEqual([
      'scaling DeregisterScalableTarget',
      'scaling RegisterScalableTarget',
    ]);
    expect(await limitsOf('green')).toEqual([1, 9]);
  });
});

describe('rest', () => {
  it('waits until the last requests have ended', async () => {
    const { plan, before } = await besideBlue('green');
    await ecsTarget.shift(plan, before, 100, leaseUnder(2));
    const calls = await callsDuring(async () => {
      expect(await ecsTarget.rest(plan, before, new Date(), leaseUnder(2))).toMatchObject({ outcome: 'parked' });
    });
    expect(calls).toEqual(['ecs DescribeServices', 'elb DescribeRules']);
  });

  it('takes the old colour down, once, and never one that has traffic', async () => {
    const { plan, before } = await besideBlue('green');
    expect(await ecsTarget.rest(plan, before, LONG_AGO, leaseUnder(2))).toMatchObject({ facts: { stopped: 1 } });
    expect(world.tasks.asked.get(nameOf('green'))).toMatchObject({ desiredCount: 0 });
    expect(world.tasks.asked.get(nameOf('blue'))).toMatchObject({ desiredCount: 1 });

    await world.prepared(plan, before, 2);
    await ecsTarget.shift(plan, before, 20, leaseUnder(2));
    expect(await ecsTarget.rest(plan, before, LONG_AGO, leaseUnder(2))).toMatchObject({ code: 'POINTER_MOVED' });
    await ecsTarget.shift(plan, before, 100, leaseUnder(2));
    for (const stopped of [1, 0])
      expect(await ecsTarget.rest(plan, before, LONG_AGO, leaseUnder(2))).toMatchObject({ facts: { stopped } });
    expect(await ecsTarget.look(plan)).toEqual({ state: 'ready' });
  });

  it('leaves a colour that another deployment brings up, and all when the lock is lost', async () => {
    const { plan, before } = await besideBlue('green');
    await ecsTarget.shift(plan, before, 100, leaseUnder(2));
    expect(await ecsTarget.rest(plan, before, LONG_AGO, lostLease(2))).toMatchObject({ code: 'FENCED' });
    const next = await world.plan(pilot, 'next');
    await world.prepared(next, await ecsTarget.live(next), 3);
    expect(await ecsTarget.rest(plan, before, LONG_AGO, leaseUnder(2))).toMatchObject({ outcome: 'done' });
    expect(await ecsTarget.look(next)).toEqual({ state: 'ready' });
  });
});

it('needs at most 25 calls for a release that changes the code alone, all steps together', async () => {
  const oldest = await world.deploy(pilot, 'oldest', 1);
  const blue = await world.plan(pilot, 'blue');
  const first = await ecsTarget.live(blue);
  await world.prepared(blue, first, 2);
  await ecsTarget.shift(blue, first, 100, leaseUnder(2));
  await ecsTarget.rest(blue, first, LONG_AGO, leaseUnder(2));

  const calls = await callsDuring(async () => {
    const plan = await world.plan(pilot, 'green');
    const before = await ecsTarget.live(plan);
    expect((await world.prepared(plan, before, 3)).end).toMatchObject({ outcome: 'done' });
    expect(await ecsTarget.look(plan)).toEqual({ state: 'ready' });
    expect(await ecsTarget.shift(plan, before, 100, leaseUnder(3))).toMatchObject({ outcome: 'done' });
    expect(await ecsTarget.rest(plan, before, LONG_AGO, leaseUnder(3))).toMatchObject({ facts: { stopped: 1 } });
    expect(await ecsTarget.retire(plan, [oldest.release], leaseUnder(3))).toMatchObject({
      facts: { removedRevisions: 1 },
    });
  });
  expect(calls.length).toBeLessThanOrEqual(25);
  expect(await world.served(pilot)).toBe('green');
});
