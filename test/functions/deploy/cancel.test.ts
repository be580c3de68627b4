import { terminalEvent } from '../../../shared/ending.ts';
import { askToCancel, closeCancelling } from '../../../shared/ledger/cancelling.ts';
import { readLock } from '../../../shared/ledger/lock.ts';
import { noteShift, settle } from '../../../shared/ledger/settling.ts';
import { wake } from '../../../shared/waking.ts';
import { goLive, goThrough, handlerOf, liveOf, type StepName, steps, uploadSite } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const site = (text: string) => ({ 'index.html': text });
const WATCHED = 'rollout: { steps: [10, 100], bake: 5m }\n';
const CANCELLED = { Error: 'Failed', Cause: '{"reason":"CANCELLED"}' };

/** What the machine does after a step failed. */
async function end(id: string, from: StepName) {
  if (['Prepare', 'Verify', 'Shift'].includes(from))
    await stage.run(steps.rollback, 'Rollback', id, { failure: CANCELLED });
  await stage.run(steps.unlock, 'Unlock', id, { failure: CANCELLED });
  return stage.now(id);
}

describe('a cancelled deployment', () => {
  it.each(['Validate', 'Queue', 'Prepare', 'Verify', 'Shift'] as const)(
    'gives up at %s, says who wanted it, and leaves what was live',
    async (step) => {
      const pilot = `cancel-${step.toLowerCase()}`;
      const live = await goLive(stage, pilot, site('one'));
      const { id } = await uploadSite(stage, pilot, site('two'));
      const before = { Queue: 'Validate', Prepare: 'Queue', Verify: 'Prepare', Shift: 'Verify' } as const;
      if (step !== 'Validate') await goThrough(stage, id, before[step]);

      expect((await askToCancel(id, 'ada'))?.cancelled).toMatchObject({ by: 'ada' });
      expect(await stage.run(handlerOf(step), step, id)).toMatchObject({
        error: 'Failed',
        cause: { reason: 'CANCELLED ada cancelled it' },
      });
      const over = await end(id, step);
      expect(over).toMatchObject({ status: 'cancelled', failure: { step, code: 'CANCELLED' } });
      expect((await liveOf(live)).weights).toEqual({ [live.plan?.release ?? '']: 100 });
      expect((await readLock(pilot, 'production')).owner).toBeUndefined();
      expect(terminalEvent(over)).toMatchObject(['DeploymentFailed', { code: 'CANCELLED', step }]);
    },
  );

  it('that is watched gives the traffic back as soon as it is woken', async () => {
    const live = await goLive(stage, 'watched', site('one'));
    const { id } = await uploadSite(stage, 'watched', site('two'), WATCHED);
    await goThrough(stage, id, 'Shift');
    expect(Object.values((await liveOf(await stage.now(id))).weights)).toContain(10);

    await askToCancel(id, 'ada');
    expect(await wake(id)).toBe(true);
    expect(await stage.run(steps.shift, 'Shift', id, { again: true })).toMatchObject({ error: 'Failed' });
    expect(await end(id, 'Shift')).toMatchObject({ status: 'cancelled', rolledBack: true });
    expect((await liveOf(live)).weights).toEqual({ [live.plan?.release ?? '']: 100 });
  });

  it('that waits its turn stands aside, and the owner of the lock goes on', async () => {
    const owner = await stage.upload('waiting', manifestOf('waiting'));
    await stage.run(steps.queue, 'Queue', owner.id);
    const { id } = await stage.upload('waiting', manifestOf('waiting', 'owner: b\n'));
    await stage.run(steps.queue, 'Queue', id);
    await askToCancel(id, 'ada');
    expect(await stage.run(steps.queue, 'Queue', id, { again: true })).toMatchObject({ error: 'Failed' });
    await end(id, 'Queue');
    expect(await readLock('waiting', 'production')).toMatchObject({ owner: owner.id });
    expect((await readLock('waiting', 'production')).waiting).toBeUndefined();
  });

  it('is cancelled once, however often that is asked', async () => {
    const { id } = await stage.upload('twice', manifestOf('twice'));
    const first = await askToCancel(id, 'ada');
    expect((await askToCancel(id, 'grace'))?.cancelled).toEqual(first?.cancelled);
  });
});

describe('a cancellation that comes while Shift is at work', () => {
  it('is seen before the release counts as live, and the traffic is given back', async () => {
    const live = await goLive(stage, 'late', site('one'));
    const { id } = await uploadSite(stage, 'late', site('two'));
    await goThrough(stage, id, 'Verify');
    // Between the move of the traffic and the end of the step.
    stage.during.TrafficShifted = () => askToCancel(id, 'ada');
    expect(await stage.run(steps.shift, 'Shift', id)).toMatchObject({
      error: 'Failed',
      cause: { reason: 'CANCELLED ada cancelled it' },
    });
    expect(await end(id, 'Shift')).toMatchObject({ status: 'cancelled', rolledBack: true });
    expect((await liveOf(live)).weights).toEqual({ [live.plan?.release ?? '']: 100 });
  });

  it('is refused from the moment that the step has said that it is live', async () => {
    const { id } = await uploadSite(stage, 'said', site('one'));
    await goThrough(stage, id, 'Shift');
    expect((await askToCancel(id, 'ada'))?.cancelled).toBeUndefined();
    expect(await stage.run(steps.shift, 'Shift', id)).toMatchObject({ success: {} });
  });

  it('of a deployment that has ended meanwhile settles nothing', async () => {
    const { id } = await goLive(stage, 'gone', site('one'));
    await expect(closeCancelling(id)).rejects.toThrow('has ended');
    await expect(noteShift(id, 10)).rejects.toThrow('has ended');
    await expect(settle(id, { progress: 'x' })).rejects.toThrow('has ended');
  });
});

describe('too late', () => {
  it.each(['Finish', 'Rollback', 'Unlock'] as const)('to cancel it is once %s has begun', async (last) => {
    const pilot = `late-${last.toLowerCase()}`;
    const { id } = await uploadSite(stage, pilot, site('one'));
    await goThrough(stage, id, last === 'Rollback' ? 'Prepare' : 'Finish');
    if (last !== 'Finish') await stage.run(handlerOf(last), last, id);
    expect((await askToCancel(id, 'ada'))?.cancelled).toBeUndefined();
  });

  it('it is for a deployment that is over, and there is none to cancel for an id that was never accepted', async () => {
    const { id } = await goLive(stage, 'over', site('one'));
    expect((await askToCancel(id, 'ada'))?.cancelled).toBeUndefined();
    expect(await askToCancel('over_production_20260101T000000Z-0123456789ab', 'ada')).toBeUndefined();
  });
});
