import { PutObjectCommand } from '@aws-sdk/client-s3';
import { terminalEvent } from '../../../shared/ending.ts';
import { askToCancel } from '../../../shared/ledger/cancelling.ts';
import { readLock } from '../../../shared/ledger/lock.ts';
import { listReleases } from '../../../shared/ledger/releases.ts';
import { goLive, goThrough, handlerOf, liveOf, type StepName, uploadSite } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';
import { zipOf } from '../../support/zip.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const one = { 'index.html': 'one' };
const two = { 'index.html': 'two' };
const PAGE = '<p>Back at four.</p>';
const failure = { Error: 'Failed', Cause: '{}' };
const run = (step: StepName, id: string) => stage.run(handlerOf(step), step, id, { failure });
const lockOf = (pilot: string) => readLock(pilot, 'production');
const releaseOf = async (id: string) => (await stage.now(id)).plan?.release ?? '';

/** A pilot that is live, and then taken offline. */
async function offline(pilot: string, page?: string) {
  const live = await goLive(stage, pilot, one);
  const { id } = await stage.askStanding(pilot, 'offline', page);
  expect(await goThrough(stage, id)).toMatchObject({ success: {} });
  return { live, release: live.plan?.release ?? '', now: await stage.now(id) };
}

/** Uploads the second release with the word that it goes live all the same. */
async function uploadOnline(pilot: string) {
  const Key = `pilots/${pilot}/site.zip`;
  await stage.s3.send(new PutObjectCommand({ Bucket: stage.manifests, Key, Body: await zipOf(two) }));
  return stage.upload(pilot, manifestOf(pilot), undefined, true);
}

describe('a pilot that goes offline', () => {
  it('gets nobody anything but the page, and is known to be offline since when and by whom', async () => {
    const { live, release, now } = await offline('page', PAGE);
    expect(await liveOf(live)).toEqual({ weights: {}, fence: now.fence, page: PAGE });
    expect(now).toMatchObject({ status: 'succeeded', ending: { serving: null } });
    expect((await lockOf('page')).offline).toMatchObject({ deployment: now.id, by: 'ada@laptop', release });
    expect((await lockOf('page')).owner).toBeUndefined();
    expect(terminalEvent(now)).toMatchObject(['DeploymentSucceeded', { serving: null, before: release }]);
  });

  it('goes live of nobody’s accord but a person’s: an upload is rejected before anything of it is made', async () => {
    const { live, release } = await offline('kept');
    const { id } = await uploadSite(stage, 'kept', two);
    expect(await goThrough(stage, id, 'Queue')).toMatchObject({ error: 'Refused' });
    await run('Unlock', id);
    expect(await stage.now(id)).toMatchObject({
      status: 'rejected',
      ending: {
        serving: null,
        failure: {
          problems: [
            {
              code: 'PILOT_OFFLINE',
              message: expect.stringContaining('by ada@laptop'),
              hint: expect.stringContaining(release),
            },
          ],
        },
      },
    });
    expect((await liveOf(live)).release).toBeUndefined();
    expect(await lockOf('kept')).toMatchObject({ offline: { release } });
    const rollback = await stage.askRollback('kept', release);
    expect(await goThrough(stage, rollback.id, 'Queue')).toMatchObject({ error: 'Refused' });
  });

  it('comes back with the release that was live, and is deployed to as before', async () => {
    const { live, release } = await offline('back', PAGE);
    const { id } = await stage.askStanding('back', 'online');
    expect(await goThrough(stage, id)).toMatchObject({ success: {} });
    expect((await liveOf(live)).weights).toEqual({ [release]: 100 });
    expect((await lockOf('back')).offline).toBeUndefined();
    expect(terminalEvent(await stage.now(id))).toMatchObject([
      'DeploymentSucceeded',
      { serving: release, before: null },
    ]);
    const next = await goLive(stage, 'back', two);
    expect((await liveOf(next)).weights).toEqual({ [await releaseOf(next.id)]: 100 });
  });

  it('is live at once with a new release whose upload says so', async () => {
    await offline('bold');
    const { id } = await uploadOnline('bold');
    expect(await goThrough(stage, id)).toMatchObject({ success: {} });
    expect((await liveOf(await stage.now(id))).weights).toEqual({ [await releaseOf(id)]: 100 });
    expect((await lockOf('bold')).offline).toBeUndefined();
  });

  it('goes back to its page where that release fails, and stays offline', async () => {
    const { live, release } = await offline('bold-ill', PAGE);
    const { id } = await uploadOnline('bold-ill');
    await goThrough(stage, id, 'Verify');
    await run('Shift', id);
    await run('Rollback', id);
    await run('Unlock', id);
    expect((await stage.now(id)).ending).toMatchObject({ serving: null, offline: true });
    expect(terminalEvent(await stage.now(id))[1]).toMatchObject({ offline: true });
    expect(await liveOf(live)).toMatchObject({ weights: {}, page: PAGE });
    expect((await lockOf('bold-ill')).offline).toMatchObject({ release });
  });

  it('asked again it gets the other page, and is offline since the first time', async () => {
    const { live, release, now } = await offline('again');
    const { at } = (await lockOf('again')).offline ?? {};
    const { id } = await stage.askStanding('again', 'offline', PAGE);
    expect(await goThrough(stage, id)).toMatchObject({ success: {} });
    expect(await liveOf(live)).toMatchObject({ weights: {}, page: PAGE });
    expect((await lockOf('again')).offline).toMatchObject({ at, release, deployment: id });
    expect(id).not.toBe(now.id);
  });

  it('counts the release that serves when its turn comes, not the one that did when it was asked for', async () => {
    await goLive(stage, 'newer', one);
    const { id } = await stage.askStanding('newer', 'offline');
    await goThrough(stage, id, 'Validate');
    const release = (await goLive(stage, 'newer', two)).plan?.release;
    const later = await stage.askStanding('newer', 'offline');
    await stage.given(later.id, {
      plan: (await stage.now(id)).plan as never,
      policy: (await stage.now(id)).policy as never,
    });
    for (const step of ['Queue', 'Provision', 'Prepare', 'Verify', 'Shift', 'Finish', 'Unlock'] as const)
      await run(step, later.id);
    const { plan, facts } = await stage.now(later.id);
    expect(plan?.release).toBe(release);
    expect(facts).toMatchObject({ release, ...plan?.summary });
    expect((await lockOf('newer')).offline).toMatchObject({ release });
  });

  it('is not counted as a release that went live', async () => {
    const { release } = await offline('uncounted');
    const [kept] = await listReleases('uncounted', 'production');
    expect(kept).toMatchObject({ release, liveAt: expect.any(String) });
    const { liveAt } = kept ?? {};
    const { id } = await stage.askStanding('uncounted', 'offline', PAGE);
    await goThrough(stage, id);
    expect((await listReleases('uncounted', 'production'))[0]?.liveAt).toBe(liveAt);
  });

  it.each(['offline', 'online'] as const)('that was never live cannot go %s', async (kind) => {
    const { id } = await stage.askStanding('never', kind);
    expect(await goThrough(stage, id, 'Validate')).toMatchObject({ error: 'Refused' });
    await run('Unlock', id);
    expect(await stage.now(id)).toMatchObject({
      status: 'rejected',
      failure: { problems: [{ code: 'NEVER_LIVE' }] },
    });
  });
});

describe('a pilot that is online', () => {
  it('is told to be so already', async () => {
    const live = await goLive(stage, 'online', one);
    const { id } = await stage.askStanding('online', 'online');
    await goThrough(stage, id);
    expect(await stage.now(id)).toMatchObject({ status: 'succeeded', alreadyLive: true });
    expect((await liveOf(live)).weights).toEqual({ [live.plan?.release ?? '']: 100 });
  });

  it('never gets another release by it', async () => {
    await goLive(stage, 'other', one);
    const { id } = await stage.askStanding('other', 'online');
    await goThrough(stage, id, 'Validate');
    const plan = (await stage.now(id)).plan;
    const next = await goLive(stage, 'other', two);
    const later = await stage.askStanding('other', 'online');
    await stage.given(later.id, { plan: plan as never, policy: (await stage.now(id)).policy as never });
    await run('Queue', later.id);
    expect(await run('Prepare', later.id)).toMatchObject({
      cause: { reason: expect.stringContaining('ALREADY_ONLINE') },
    });
    expect((await liveOf(next)).release).toBe(await releaseOf(next.id));
  });
});

describe('a request to go offline that does not come to its end', () => {
  it('given up before the traffic moves, leaves it where it was', async () => {
    const live = await goLive(stage, 'given-up', one);
    const { id } = await stage.askStanding('given-up', 'offline');
    await goThrough(stage, id, 'Verify');
    await askToCancel(id, 'ada');
    expect(await run('Shift', id)).toMatchObject({
      error: 'Failed',
      cause: { reason: expect.stringContaining('CANCELLED') },
    });
    await run('Rollback', id);
    await run('Unlock', id);
    expect(await stage.now(id)).toMatchObject({ status: 'cancelled', ending: { serving: live.plan?.release } });
    expect((await stage.now(id)).ending).not.toHaveProperty('offline');
    expect((await liveOf(live)).release).toBe(live.plan?.release);
    expect((await lockOf('given-up')).offline).toBeUndefined();
  });

  it('cannot be given up any more once that was announced', async () => {
    await goLive(stage, 'too-late', one);
    const { id } = await stage.askStanding('too-late', 'offline');
    await goThrough(stage, id, 'Shift');
    expect((await askToCancel(id, 'ada'))?.cancelled).toBeUndefined();
  });

  it('failing after it, stays offline and is told as such: nobody brings it back unasked', async () => {
    const live = await goLive(stage, 'lost', one);
    const { id } = await stage.askStanding('lost', 'offline', PAGE);
    await goThrough(stage, id, 'Shift');
    stage.told();
    await stage.given(id, {
      failure: { step: 'Shift', outcome: 'failed', code: 'UNEXPECTED', reason: 'the bus is down' },
    });
    await run('Rollback', id);
    await run('Unlock', id);
    expect(stage.told()).not.toContain('RolledBack');
    expect(await stage.now(id)).toMatchObject({ status: 'succeeded', ending: { serving: null } });
    expect(await liveOf(live)).toMatchObject({ weights: {}, page: PAGE });
    expect((await lockOf('lost')).offline).toMatchObject({ release: live.plan?.release });
  });

  it('failing before it, has failed: the release serves, and nothing says that it is offline', async () => {
    const live = await goLive(stage, 'before', one);
    const { id } = await stage.askStanding('before', 'offline');
    await goThrough(stage, id, 'Verify');
    await stage.given(id, {
      failure: { step: 'Shift', outcome: 'failed', code: 'UNEXPECTED', reason: 'no answer' },
    });
    await run('Shift', id);
    await run('Rollback', id);
    await run('Unlock', id);
    const now = await stage.now(id);
    expect(now).toMatchObject({ status: 'failed', ending: { serving: live.plan?.release } });
    expect(now.rolledBack).toBeUndefined();
    expect((await lockOf('before')).offline).toBeUndefined();
  });
});

describe('its place in the queue', () => {
  const CANARY = 'rollout: { steps: [10, 100], bake: 1h }\n';

  it('is before a rollout that is being watched, which gives way', async () => {
    const live = await goLive(stage, 'way', one);
    const { id } = await uploadSite(stage, 'way', two, CANARY);
    await goThrough(stage, id, 'Verify');
    await stage.run(handlerOf('Shift'), 'Shift', id);
    const asked = await stage.askStanding('way', 'offline');
    await goThrough(stage, asked.id, 'Queue');
    const woken = stage.events.flatMap(({ name, detail }) => (name === 'Woken' ? [detail.deployment] : []));
    expect(woken).toContain(id);
    expect(await stage.run(handlerOf('Shift'), 'Shift', id, { again: true })).toMatchObject({
      cause: { reason: expect.stringContaining('OFFLINE_ASKED') },
    });
    await run('Rollback', id);
    await run('Unlock', id);
    for (const step of ['Queue', 'Provision', 'Prepare', 'Verify', 'Shift', 'Finish', 'Unlock'] as const)
      await run(step, asked.id);
    expect((await liveOf(live)).release).toBeUndefined();
    expect((await lockOf('way')).offline).toMatchObject({ release: live.plan?.release });
  });

  it('is not taken by an upload, which is rejected', async () => {
    await goLive(stage, 'place', one);
    const running = await uploadSite(stage, 'place', two);
    await goThrough(stage, running.id, 'Queue');
    const asked = await stage.askStanding('place', 'offline');
    await goThrough(stage, asked.id, 'Queue');
    const newer = await uploadSite(stage, 'place', one);
    expect(await goThrough(stage, newer.id, 'Queue')).toMatchObject({ error: 'Refused' });
    expect((await lockOf('place')).waiting).toBe(asked.id);
    expect((await stage.now(newer.id)).failure).toMatchObject({
      problems: [{ code: 'PILOT_OFFLINE', message: `place is about to go offline: ${asked.id}` }],
    });
  });

  it('is taken by a newer word of the same kind', async () => {
    const { live } = await offline('word');
    const running = await stage.askStanding('word', 'online');
    await goThrough(stage, running.id, 'Queue');
    const asked = await stage.askStanding('word', 'offline');
    await goThrough(stage, asked.id, 'Queue');
    const newer = await stage.askStanding('word', 'online');
    await goThrough(stage, newer.id, 'Queue');
    expect((await lockOf('word')).waiting).toBe(newer.id);
    expect(await run('Queue', asked.id)).toMatchObject({ error: 'Superseded' });
    expect((await liveOf(live)).release).toBeUndefined();
  });
});
