import { readLock } from '../../../shared/ledger/lock.ts';
import { listRunning } from '../../../shared/ledger/parking.ts';
import { goThrough, steps, uploadSite } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const run = (id: string, failure?: { Error: string; Cause: string }) =>
  stage.run(steps.unlock, 'Unlock', id, failure && { failure });
const site = { 'index.html': 'one' };
const running = async () => (await listRunning()).map(({ id }) => id);

describe('Unlock', () => {
  it('ends a deployment that went well: record, lock, one event', async () => {
    const { id } = await uploadSite(stage, 'well', site);
    await goThrough(stage, id, 'Finish');
    stage.told();
    expect(await run(id)).toMatchObject({ success: {} });
    const ended = await stage.now(id);
    expect(ended).toMatchObject({ status: 'succeeded', ending: { serving: ended.plan?.release } });
    expect((await readLock('well', 'production')).owner).toBeUndefined();
    expect(await running()).not.toContain(id);
    expect(stage.told().filter((name) => name.startsWith('Deployment'))).toEqual(['DeploymentSucceeded']);
  });

  it('run again changes nothing and tells the same', async () => {
    const { id } = await uploadSite(stage, 'again', site);
    await goThrough(stage, id);
    const ended = await stage.now(id);
    stage.told();
    expect(await run(id)).toMatchObject({ success: {} });
    expect(await stage.now(id)).toEqual(ended);
    expect(stage.told()).toContain('DeploymentSucceeded');
  });

  it('ends the execution of a failed deployment as failed, with what still serves', async () => {
    const { id } = await uploadSite(stage, 'failed', site);
    await goThrough(stage, id, 'Prepare');
    await stage.given(id, {
      failure: { step: 'Verify', outcome: 'failed', code: 'RELEASE_BROKEN', reason: 'a file is missing' },
    });
    expect(await run(id)).toMatchObject({
      error: 'Ended',
      cause: { reason: expect.stringContaining('a file is missing') },
    });
    expect(await stage.now(id)).toMatchObject({
      status: 'failed',
      ending: { serving: null, failure: { step: 'Verify' } },
    });
  });

  it('records a failure that only the machine saw', async () => {
    const { id } = await uploadSite(stage, 'seen', site);
    await goThrough(stage, id, 'Prepare');
    await run(id, { Error: 'States.Timeout', Cause: '' });
    expect((await stage.now(id)).ending?.failure).toMatchObject({ step: 'Prepare', code: 'DEADLINE' });
  });

  it('rejects without ever having held the lock', async () => {
    const { id } = await stage.upload('rejected', 'nonsense');
    await stage.run(steps.validate, 'Validate', id);
    stage.told();
    await run(id);
    expect((await stage.now(id)).status).toBe('rejected');
    expect(stage.told()).toContain('Rejected');
  });

  it('gives up the waiting place of one that ends while it waits, and leaves the lock to its owner', async () => {
    const owner = await stage.upload('waiting', manifestOf('waiting'));
    await stage.run(steps.queue, 'Queue', owner.id);
    const waiter = await stage.upload('waiting', manifestOf('waiting', 'owner: b\n'));
    await stage.run(steps.queue, 'Queue', waiter.id);
    await run(waiter.id, { Error: 'States.Timeout', Cause: '' });
    expect(await readLock('waiting', 'production')).toMatchObject({ owner: owner.id });
    expect((await readLock('waiting', 'production')).waiting).toBeUndefined();
  });

  it('wakes the one that waits', async () => {
    const owner = await stage.upload('wakes', manifestOf('wakes'));
    await stage.run(steps.queue, 'Queue', owner.id);
    const waiter = await stage.upload('wakes', manifestOf('wakes', 'owner: b\n'));
    await stage.run(steps.queue, 'Queue', waiter.id);
    await run(owner.id);
    expect(stage.events.filter(({ name }) => name === 'Woken').at(-1)?.detail).toMatchObject({ deployment: waiter.id });
  });
});
