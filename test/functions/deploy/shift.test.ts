import { endDeployment } from '../../../shared/ledger/course.ts';
import { findRunning } from '../../../shared/ledger/parking.ts';
import { noteShift } from '../../../shared/ledger/settling.ts';
import type { Live } from '../../../shared/targets/target.ts';
import { goLive, goThrough, liveOf, steps, uploadSite } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const run = (id: string, again = false) => stage.run(steps.shift, 'Shift', id, { again });
const one = { 'index.html': 'one' };
const two = { 'index.html': 'two' };
const AT_ONCE = 'rollout: { steps: [100], bake: 0s }\n';
const CANARY = 'rollout: { steps: [10, 100], bake: 1h }\n';
const release = async (id: string) => (await stage.now(id)).plan?.release ?? '';

/** Pretends that the last weight was given an hour and a bit ago. */
const bakeOver = async (id: string) => {
  const { shifted } = await stage.now(id);
  await stage.given(id, {
    shifted: { weight: shifted?.weight ?? 0, at: new Date(Date.now() - 3_700_000).toISOString() },
  });
};

describe('Shift', () => {
  it('gives a verified release all the traffic, and tells so', async () => {
    const { id } = await uploadSite(stage, 'once', one, AT_ONCE);
    await goThrough(stage, id, 'Verify');
    stage.told();
    expect(await run(id)).toMatchObject({ success: {} });
    expect((await liveOf(await stage.now(id))).weights).toEqual({ [await release(id)]: 100 });
    expect(stage.told()).toContain('TrafficShifted');
  });

  it('gives nothing to a release that was not verified, whatever the machine says', async () => {
    const { id } = await uploadSite(stage, 'blind', one, AT_ONCE);
    await goThrough(stage, id, 'Prepare');
    expect(await run(id)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('NOT_VERIFIED') },
    });
    expect((await liveOf(await stage.now(id))).release).toBeUndefined();
  });

  it('moves by the rollout’s weights, parks for each bake, and goes on when woken after it', async () => {
    const blue = (await goLive(stage, 'canary', one)).plan?.release ?? '';
    const { id } = await uploadSite(stage, 'canary', two, CANARY);
    await goThrough(stage, id, 'Verify');
    const green = await release(id);
    const weights = async () => (await liveOf(await stage.now(id))).weights;

    expect(await run(id)).toBeUndefined();
    expect(await weights()).toEqual({ [blue]: 90, [green]: 10 });
    expect(await run(id, true)).toBeUndefined();
    expect(await weights()).toEqual({ [blue]: 90, [green]: 10 });

    await bakeOver(id);
    expect(await run(id, true)).toBeUndefined();
    expect(await weights()).toEqual({ [green]: 100 });

    await bakeOver(id);
    expect(await run(id, true)).toMatchObject({ success: {} });
  });

  it('goes to all at once when nothing is live: there is nobody to share with', async () => {
    const { id } = await uploadSite(stage, 'fresh', one, CANARY);
    await goThrough(stage, id, 'Verify');
    await run(id);
    expect((await liveOf(await stage.now(id))).weights).toEqual({ [await release(id)]: 100 });
  });

  it('fails when somebody else moved the traffic during the bake', async () => {
    await goLive(stage, 'moved', one);
    const { id } = await uploadSite(stage, 'moved', two, CANARY);
    await goThrough(stage, id, 'Verify');
    await run(id);
    await stage.given(id, { shifted: { weight: 50, at: new Date(Date.now() - 3_700_000).toISOString() } });
    expect(await run(id, true)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('POINTER_MOVED') },
    });
  });

  it('fails when the traffic is not where it was when the release was prepared, and moves nothing', async () => {
    await goLive(stage, 'elsewhere', one);
    const { id } = await uploadSite(stage, 'elsewhere', two, AT_ONCE);
    await goThrough(stage, id, 'Verify');
    const { before, ...now } = await stage.now(id);
    await stage.given(id, { before: { ...(before as Live), release: 'other' } });
    expect(await run(id)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('POINTER_MOVED') },
    });
    expect(await liveOf(now)).toEqual(before);
  });

  it('is not led astray by a rollback that waited once and is over', async () => {
    const blue = (await goLive(stage, 'waited', one)).plan?.release ?? '';
    const { id } = await uploadSite(stage, 'waited', two, CANARY);
    await goThrough(stage, id, 'Verify');
    await run(id);
    const rollback = await stage.askRollback('waited', blue);
    await goThrough(stage, rollback.id, 'Queue');
    await endDeployment(rollback.id, { status: 'failed', serving: blue }, []);
    expect(await run(id, true)).toBeUndefined();
    expect((await findRunning(id))?.parked).toMatchObject({ awaits: 'the bake at 10 % to end' });
  });

  it('a worker that comes late and tells of a smaller share changes nothing', async () => {
    await goLive(stage, 'smaller', one);
    const { id } = await uploadSite(stage, 'smaller', two, CANARY);
    await goThrough(stage, id, 'Shift');
    const { shifted } = await stage.now(id);
    for (const weight of [5, 10]) expect((await noteShift(id, weight)).shifted).toEqual(shifted);
    expect((await noteShift(id, 20)).shifted).toMatchObject({ weight: 20 });
  });

  it('gives way to a rollback that was asked for during a bake, and is woken for it', async () => {
    const blue = (await goLive(stage, 'way', one)).plan?.release ?? '';
    const { id } = await uploadSite(stage, 'way', two, CANARY);
    await goThrough(stage, id, 'Verify');
    await run(id);
    const rollback = await stage.askRollback('way', blue);
    await goThrough(stage, rollback.id, 'Queue');
    expect(stage.events.filter(({ name }) => name === 'Woken').map(({ detail }) => detail.deployment)).toContain(id);
    expect(await run(id, true)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('ROLLBACK_ASKED') },
    });
  });

  it('run twice is as run once', async () => {
    const { id } = await uploadSite(stage, 'twice', one, AT_ONCE);
    await goThrough(stage, id, 'Shift');
    const before = await liveOf(await stage.now(id));
    expect(await run(id)).toMatchObject({ success: {} });
    expect(await liveOf(await stage.now(id))).toEqual(before);
  });
});
