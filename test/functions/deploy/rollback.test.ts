import { raiseFence, readLock } from '../../../shared/ledger/lock.ts';
import { beforeOf, leaseOf, planOf } from '../../../shared/ledger/settled.ts';
import { staticTarget } from '../../../shared/targets/static/static.ts';
import type { Lease, Plan } from '../../../shared/targets/target.ts';
import { goLive, goThrough, liveOf, steps, uploadSite } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const failure = { Error: 'Failed', Cause: '{}' };
const run = (id: string) => stage.run(steps.rollback, 'Rollback', id, { failure });
const one = { 'index.html': 'one' };
const two = { 'index.html': 'two' };

/** A pilot with one release live and the next one just shifted to. */
async function shifted(pilot: string, more = '') {
  const blue = await goLive(stage, pilot, one);
  const { id } = await uploadSite(stage, pilot, two, more);
  await goThrough(stage, id, 'Shift');
  return { blue: blue.plan?.release ?? '', id };
}
const weights = async (id: string) => (await liveOf(await stage.now(id))).weights;

describe('Rollback', () => {
  it('gives the traffic back, tells so, and can be repeated', async () => {
    const { blue, id } = await shifted('back');
    stage.told();
    for (let time = 0; time < 2; time++) {
      expect(await run(id)).toMatchObject({ success: {} });
      expect(await weights(id)).toEqual({ [blue]: 100 });
    }
    expect((await stage.now(id)).rolledBack).toBe(true);
    expect(stage.told()).toContain('RolledBack');
  });

  it('gives back from half way', async () => {
    const { blue, id } = await shifted('half', 'rollout: { steps: [50, 100], bake: 1h }\n');
    expect(Object.keys(await weights(id))).toHaveLength(2);
    await run(id);
    expect(await weights(id)).toEqual({ [blue]: 100 });
  });

  it('leaves alone what never moved', async () => {
    const blue = await goLive(stage, 'still', one);
    const { id } = await uploadSite(stage, 'still', two);
    await goThrough(stage, id, 'Verify');
    const before = await liveOf(blue);
    expect(await run(id)).toMatchObject({ success: {} });
    expect(await liveOf(blue)).toEqual(before);
    expect((await stage.now(id)).rolledBack).toBeUndefined();
  });

  it('fails, and moves nothing, when how the release before was served is not known', async () => {
    const { id } = await shifted('unknown');
    const after = await weights(id);
    const { pointer: _, ...before } = beforeOf(await stage.now(id));
    await stage.given(id, { before });
    expect(await run(id)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('POINTER_UNKNOWN') },
    });
    expect(await weights(id)).toEqual(after);
    expect((await stage.now(id)).rolledBack).toBeUndefined();
  });

  it('does nothing for a release that was live before, nor once Finish has begun', async () => {
    const live = await shifted('live');
    await stage.given(live.id, { alreadyLive: true });
    const over = await shifted('over');
    await stage.run(steps.finish, 'Finish', over.id);
    for (const { id } of [live, over]) {
      const after = await weights(id);
      expect(await run(id)).toMatchObject({ success: {} });
      expect(await weights(id)).toEqual(after);
    }
  });

  it('takes a pilot offline whose first release failed', async () => {
    const { id } = await uploadSite(stage, 'first', one);
    await goThrough(stage, id, 'Shift');
    await run(id);
    expect(await liveOf(await stage.now(id))).toMatchObject({ weights: {} });
  });

  it('keeps a worker of Shift that was given up, but still runs, from moving the traffic again', async () => {
    for (const pilot of ['zombie', 'zombie-first']) {
      if (pilot === 'zombie') await goLive(stage, pilot, one);
      const { id } = await uploadSite(stage, pilot, two);
      await goThrough(stage, id, 'Shift');
      const late = await stage.now(id);
      await run(id);
      const after = await weights(id);
      const outcome = await staticTarget.shift(planOf(late), beforeOf(late), 100, leaseOf(late));
      expect(outcome).toMatchObject({ outcome: 'failed', code: 'FENCED' });
      expect(await weights(id)).toEqual(after);
    }
  });

  describe('of what never got any traffic', () => {
    const stopIdle = jest.fn<Promise<void>, [Plan, Lease]>();
    beforeEach(() => {
      stopIdle.mockReset().mockResolvedValue();
      staticTarget.stopIdle = stopIdle;
    });
    afterEach(() => {
      delete staticTarget.stopIdle;
    });
    const prepared = async (pilot: string, last: 'Migrate' | 'Prepare' | 'Verify' = 'Prepare') => {
      const { id } = await uploadSite(stage, pilot, two);
      await goThrough(stage, id, last);
      return id;
    };

    it.each(['Prepare', 'Verify'] as const)('takes it down after %s, under a lock that is still held', async (last) => {
      const pilot = `idle-${last.toLowerCase()}`;
      await goLive(stage, pilot, one);
      const id = await prepared(pilot, last);
      let held: [boolean, boolean] | undefined;
      stopIdle.mockImplementation(async (_, lease) => {
        held = [await lease.holds(), await leaseOf(await stage.now(id)).holds()];
      });
      expect(await run(id)).toMatchObject({ success: {} });
      const now = await stage.now(id);
      expect(stopIdle.mock.calls.map(([plan]) => plan.release)).toEqual([now.plan?.release]);
      expect(held).toEqual([true, false]);
      expect(now.rolledBack).toBeUndefined();
    });

    it('does not fail where that fails', async () => {
      const id = await prepared('idle-trouble');
      stopIdle.mockRejectedValue(new Error('not today'));
      expect(await run(id)).toMatchObject({ success: {} });
    });

    it('leaves alone what was not brought up, what serves, and what goes offline or comes back', async () => {
      const early = await prepared('idle-early', 'Migrate');
      await goLive(stage, 'idle-live', one);
      const same = await stage.upload('idle-live', manifestOf('idle-live'));
      await goThrough(stage, same.id, 'Prepare');
      expect((await stage.now(same.id)).alreadyLive).toBe(true);
      for (const id of [early, same.id]) expect(await run(id)).toMatchObject({ success: {} });
      await stage.run(steps.unlock, 'Unlock', same.id);

      const { id } = await stage.askStanding('idle-live', 'offline');
      await goThrough(stage, id, 'Prepare');
      expect(await run(id)).toMatchObject({ success: {} });
      expect(stopIdle).not.toHaveBeenCalled();
    });

    it('leaves what a pilot that is offline comes back with', async () => {
      await goLive(stage, 'idle-kept', one);
      const { id } = await stage.askStanding('idle-kept', 'offline');
      await goThrough(stage, id);
      const same = await stage.upload('idle-kept', manifestOf('idle-kept'), undefined, true);
      await goThrough(stage, same.id, 'Prepare');
      expect(await run(same.id)).toMatchObject({ success: {} });
      expect(stopIdle).not.toHaveBeenCalled();
    });

    it('does nothing once the lock is somebody else’s', async () => {
      const id = await prepared('idle-lost');
      await stage.run(steps.unlock, 'Unlock', id);
      const newer = await uploadSite(stage, 'idle-lost', { 'index.html': 'three' });
      await goThrough(stage, newer.id, 'Queue');
      await run(id);
      expect(stopIdle).not.toHaveBeenCalled();
    });
  });

  it('moves nothing once the lock is somebody else’s', async () => {
    const { id } = await shifted('lost');
    await stage.run(steps.unlock, 'Unlock', id);
    const newer = await uploadSite(stage, 'lost', { 'index.html': 'three' });
    await goThrough(stage, newer.id, 'Queue');
    expect(await raiseFence('lost', 'production', id)).toBeUndefined();
    const before = await weights(id);
    await run(id);
    expect(await weights(id)).toEqual(before);
    expect((await readLock('lost', 'production')).owner).toBe(newer.id);
  });
});
