import { handler as ended } from '../../../functions/parking/ended.ts';
import { handler as watchdog } from '../../../functions/parking/watchdog.ts';
import { askToCancel } from '../../../shared/ledger/cancelling.ts';
import { beginStep } from '../../../shared/ledger/course.ts';
import { readLock, takeLock } from '../../../shared/ledger/lock.ts';
import { findRunning } from '../../../shared/ledger/parking.ts';
import { goLive, goThrough, liveOf, steps, uploadSite } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const site = (text: string) => ({ 'index.html': text });
const CANARY = 'rollout: { steps: [10, 100], bake: 5m }\n';
const LOST = { Error: 'ExecutionLost', Cause: JSON.stringify({ reason: 'its execution ended as ABORTED' }) };
const recover = async (id: string) => {
  await stage.run(steps.rollback, 'Rollback', id, { failure: LOST });
  await stage.run(steps.unlock, 'Unlock', id, { failure: LOST });
};
const weights = async (id: string) => (await liveOf(await stage.now(id))).weights;
/** A second is the grain of a trigger's time: this one is asked for in the next. */
const nextSecond = () => new Promise((over) => setTimeout(over, 1_010 - (Date.now() % 1_000)));

describe('a worker that was given up', () => {
  it('does nothing once a later attempt has begun: it neither runs nor parks, and gives its token back', async () => {
    const first = await stage.upload('attempts', manifestOf('attempts'));
    await stage.run(steps.queue, 'Queue', first.id);
    const second = await stage.upload('attempts', manifestOf('attempts', 'owner: b\n'));
    const event = (attempt: number) => ({
      token: `token-${attempt}`,
      step: 'Queue',
      entered: '2999-01-01T00:00:00.000Z',
      attempt,
      input: { deployment: second.id },
    });
    const context = { functionName: 'deploy-queue', getRemainingTimeInMillis: () => 30_000 } as never;
    await steps.queue(event(1), context);
    await steps.queue(event(0), context);
    expect((await findRunning(second.id))?.parked?.event).toMatchObject({ token: 'token-1' });
    expect(stage.answers.filter(({ token }) => token === 'token-0')).toMatchObject([{ error: 'Unexpected' }]);
  });

  it('of Shift moves nothing once Rollback has begun', async () => {
    await goLive(stage, 'late', site('one'));
    const { id } = await uploadSite(stage, 'late', site('two'), CANARY);
    await goThrough(stage, id, 'Verify');
    await stage.run(steps.rollback, 'Rollback', id, { failure: LOST });
    const before = await weights(id);
    expect(await stage.run(steps.shift, 'Shift', id)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('ENDED') },
    });
    expect(await weights(id)).toEqual(before);
  });

  it('whose beginning is written a second time, later, does not keep the step after it from looking', async () => {
    await goLive(stage, 'copied', site('one'));
    const { id } = await uploadSite(stage, 'copied', site('two'), CANARY);
    await goThrough(stage, id, 'Shift');
    await beginStep(id, 'Verify', '');
    await askToCancel(id, 'ada');
    expect(await stage.run(steps.shift, 'Shift', id, { again: true })).toMatchObject({ error: 'Failed' });
  });

  it('of Queue takes no lock for a deployment that has ended', async () => {
    const { id } = await stage.upload('dead', manifestOf('dead'));
    await stage.run(steps.unlock, 'Unlock', id, { failure: LOST });
    const taken = await takeLock({ id, pilot: 'dead', environment: 'production', at: '2999-01-01T00:00:00' });
    expect(taken.owner).toBeUndefined();
  });

  it('of Prepare that sees the moved traffic does not take the release for one that was live already', async () => {
    await goLive(stage, 'zombie', site('one'));
    const { id } = await uploadSite(stage, 'zombie', site('two'), 'rollout: { steps: [100], bake: 5m }\n');
    await goThrough(stage, id, 'Shift');
    await stage.run(steps.prepare, 'Prepare', id);
    const { before } = await stage.now(id);
    await stage.run(steps.rollback, 'Rollback', id, { failure: LOST });
    expect((await liveOf(await stage.now(id))).release).toBe(before?.release);
  });
});

describe('a lock', () => {
  it('whose owner has ended without leaving it is taken over', async () => {
    const dead = await stage.upload('stale', manifestOf('stale'));
    await stage.run(steps.unlock, 'Unlock', dead.id, { failure: LOST });
    const { update } = await import('../../../shared/aws/table.ts');
    const { partition } = await import('../../../shared/ledger/keys.ts');
    await update({
      key: { pk: partition('stale', 'production'), sk: 'LOCK' },
      update: 'SET #owner = :dead, fence = :one',
      names: { '#owner': 'owner' },
      values: { ':dead': dead.id, ':one': 1 },
    });
    const next = await stage.upload('stale', manifestOf('stale', 'owner: b\n'));
    expect(await stage.run(steps.queue, 'Queue', next.id)).toMatchObject({ success: {} });
    expect(await readLock('stale', 'production')).toMatchObject({ owner: next.id, fence: 2 });
  });
});

describe('an older trigger', () => {
  it('never overwrites a newer live release: a rollback whose event comes late', async () => {
    const one = await goLive(stage, 'order', site('one'));
    await goLive(stage, 'order', site('two'));
    const rollback = await stage.askRollback('order', one.plan?.release ?? '');
    await nextSecond();
    const three = await goLive(stage, 'order', site('three'));
    expect(await goThrough(stage, rollback.id)).toMatchObject({ error: 'Superseded' });
    expect((await liveOf(three)).release).toBe(three.plan?.release);
  });

  it('never overwrites a newer rollback: an upload whose event comes late', async () => {
    const one = await goLive(stage, 'order2', site('one'));
    await goLive(stage, 'order2', site('two'));
    const three = await uploadSite(stage, 'order2', site('three'));
    await nextSecond();
    await goThrough(stage, (await stage.askRollback('order2', one.plan?.release ?? '')).id);
    expect(await goThrough(stage, three.id)).toMatchObject({ error: 'Superseded' });
    expect((await liveOf(one)).release).toBe(one.plan?.release);
  });
});

describe('an execution that is gone', () => {
  it('after the rollout was over leaves the new release live', async () => {
    await goLive(stage, 'over', site('one'));
    const { id } = await uploadSite(stage, 'over', site('two'));
    await goThrough(stage, id, 'Finish');
    await recover(id);
    const now = await stage.now(id);
    expect([now.status, now.ending?.serving]).toEqual(['succeeded', now.plan?.release]);
    expect((await liveOf(now)).release).toBe(now.plan?.release);
  });

  it('between the record of its end and the telling is told of by the watchdog, and by nothing else', async () => {
    const { id } = await uploadSite(stage, 'untold', site('one'));
    await goThrough(stage, id, 'Finish');
    stage.failing.DeploymentSucceeded = 4;
    await stage.run(steps.unlock, 'Unlock', id);
    expect(await findRunning(id)).toMatchObject({ untold: true });
    stage.failing.DeploymentSucceeded = 0;
    stage.executions[id] = 'FAILED';
    stage.told();
    await ended({ detail: { name: id, status: 'FAILED' } } as Parameters<typeof ended>[0]);
    await watchdog().catch(() => {});
    expect(stage.told()).toContain('DeploymentSucceeded');
    expect(await findRunning(id)).toBeUndefined();
    expect(stage.started.filter(({ input }) => input.deployment === id)).toEqual([]);
  });
});

describe('an answer that was lost', () => {
  it('is given again when the machine asks again: what was decided once is not decided otherwise', async () => {
    const old = await stage.upload('lost', manifestOf('lost'));
    const newer = await stage.upload('lost', manifestOf('lost', 'owner: b\n'));
    stage.failing.SendTaskFailure = 4;
    await stage.run(steps.queue, 'Queue', old.id);
    stage.failing.SendTaskFailure = 0;
    expect((await stage.now(old.id)).failure?.outcome).toBe('superseded');
    await stage.s3.send(
      new (await import('@aws-sdk/client-s3')).DeleteObjectCommand({
        Bucket: stage.manifests,
        Key: 'pilots/lost/pilot.yaml',
      }),
    );
    expect(await stage.run(steps.queue, 'Queue', old.id)).toMatchObject({ error: 'Superseded' });
    expect(newer.id).not.toBe(old.id);
  });
});

describe('a look at what is parked that fails', () => {
  it('is no attempt at the step: it stays parked, and can be looked at again', async () => {
    await goLive(stage, 'look', site('one'));
    const { id } = await uploadSite(stage, 'look', site('two'), CANARY);
    await goThrough(stage, id, 'Shift');
    const arn = process.env.KVS_ARN;
    delete process.env.KVS_ARN;
    const answer = await stage.run(steps.shift, 'Shift', id, { again: true });
    process.env.KVS_ARN = arn;
    expect(answer).toBeUndefined();
    expect(await findRunning(id)).toMatchObject({ parked: { awaits: expect.stringContaining('bake') } });
    expect((await findRunning(id))?.lookingUntil).toBeUndefined();
  });
});
