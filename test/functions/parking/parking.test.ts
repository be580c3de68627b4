import { handler as ended } from '../../../functions/parking/ended.ts';
import { handler as wake } from '../../../functions/parking/wake.ts';
import { handler as watchdog } from '../../../functions/parking/watchdog.ts';
import { update } from '../../../shared/aws/table.ts';
import { runningKey } from '../../../shared/ledger/keys.ts';
import { beginRun, claimLook, listRunning, nextRecovery, park } from '../../../shared/ledger/parking.ts';
import { recover } from '../../../shared/waking.ts';
import { steps } from '../../support/journey.ts';
import { manifestOf } from '../../support/manifest.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
beforeEach(() => stage.fresh());
afterAll(() => stage.close());

const upload = (pilot: string, owner = 'a') => stage.upload(pilot, manifestOf(pilot, `owner: ${owner}\n`));
const woken = (deployment: string) => wake({ detail: { deployment } } as Parameters<typeof wake>[0]);
const statusChange = (name: string, status: string) =>
  ended({ detail: { name, status } } as Parameters<typeof ended>[0]);
const accepted = (id: string, secondsAgo: number) =>
  update({
    key: runningKey(id),
    update: 'SET acceptedAt = :at',
    values: { ':at': new Date(Date.now() - secondsAgo * 1000).toISOString() },
  });

/** One deployment that holds the lock and one that is parked behind it. */
async function parked(pilot: string) {
  const first = await upload(pilot, 'a');
  await stage.run(steps.queue, 'Queue', first.id);
  const second = await upload(pilot, 'b');
  await stage.run(steps.queue, 'Queue', second.id);
  return { first: first.id, second: second.id };
}

describe('a wake', () => {
  it('runs the parked step again with its own token', async () => {
    const { second } = await parked('wake');
    await woken(second);
    expect(stage.invoked).toEqual([
      {
        function: 'deploy-queue',
        event: expect.objectContaining({
          token: expect.any(String),
          step: 'Queue',
          input: { deployment: second },
          again: true,
        }),
      },
    ]);
  });

  it('ten at once are one look', async () => {
    const { second } = await parked('ten');
    await Promise.all(Array.from({ length: 10 }, () => woken(second)));
    expect(stage.invoked).toHaveLength(1);
  });

  it('that comes before the parking is kept: the parking looks again', async () => {
    const { id } = await upload('early');
    await beginRun(id, 'run');
    await woken(id);
    const parking = { function: 'f', event: {}, awaits: 'x', deadline: '2999-01-01T00:00:00.000Z' };
    expect(await park(id, 'run', parking)).toBe(false);
    expect(await park(id, 'run', parking)).toBe(true);
  });

  it('after a looker died is possible again once its time is over', async () => {
    const { second } = await parked('died');
    expect(await claimLook(second, new Date())).toBeDefined();
    expect(await claimLook(second, new Date())).toBeUndefined();
    expect(await claimLook(second, new Date(Date.now() + 61_000))).toBeDefined();
  });

  it.each(['acme_production_20261121T000000Z-000000000000', 'nonsense', ''])(
    'for %p, which nobody knows, does nothing',
    async (id) => {
      await woken(id);
      expect(stage.invoked).toEqual([]);
      expect(await listRunning()).toEqual([]);
    },
  );

  it('with a token that was answered long ago looks at nothing once the deployment has moved on', async () => {
    const { id } = await upload('moved');
    await stage.run(steps.queue, 'Queue', id);
    await stage.run(steps.unlock, 'Unlock', id);
    expect(await stage.run(steps.queue, 'Queue', id, { again: true })).toBeUndefined();
  });
});

describe('the watchdog', () => {
  it('looks at everything that is parked', async () => {
    const { first, second } = await parked('round');
    stage.executions[first] = 'RUNNING';
    stage.executions[second] = 'RUNNING';
    await watchdog();
    expect(stage.invoked.map(({ event }) => event.input)).toEqual([{ deployment: second }]);
  });

  it('starts what was accepted but never started', async () => {
    const { id } = await upload('lost');
    await watchdog();
    expect(stage.started).toEqual([]);
    await accepted(id, 31);
    await watchdog();
    expect(stage.started).toMatchObject([{ name: id, input: { deployment: id } }]);
  });

  it('recovers a deployment whose execution is gone, once at a time', async () => {
    const { id } = await upload('gone');
    stage.executions[id] = 'ABORTED';
    await watchdog();
    await watchdog();
    expect(stage.started).toMatchObject([
      {
        machine: expect.stringContaining('rollback'),
        input: { deployment: id, failure: { Error: 'ExecutionLost', Cause: expect.stringContaining('ABORTED') } },
      },
    ]);
  });

  it('tries again when the recovery itself was lost', async () => {
    const { id } = await upload('twice');
    stage.executions[id] = 'ABORTED';
    await watchdog();
    stage.executions[stage.started[0]?.name ?? ''] = 'FAILED';
    await watchdog();
    expect(stage.started.map(({ name }) => name.slice(-2))).toEqual(['-1', '-2']);
  });

  it('leaves a recovery alone that still runs', async () => {
    const { id } = await upload('busy');
    stage.executions[id] = 'ABORTED';
    await watchdog();
    stage.executions[stage.started[0]?.name ?? ''] = 'RUNNING';
    await watchdog();
    expect(stage.started).toHaveLength(1);
  });

  it('looks at what a recovery waits for, and at nothing that was parked before it', async () => {
    const { second: id } = await parked('waiting');
    stage.executions[id] = 'ABORTED';
    await watchdog();
    stage.executions[stage.started[0]?.name ?? ''] = 'RUNNING';
    await watchdog();
    expect(stage.invoked).toEqual([]);
    const parking = { function: 'deploy-revert', event: { step: 'Revert' }, awaits: 'a command', deadline: '2099' };
    await beginRun(id, 'later');
    await park(id, 'later', parking);
    await watchdog();
    expect(stage.invoked).toEqual([{ function: 'deploy-revert', event: { step: 'Revert' } }]);
  });

  it('goes on recovering when three did not help, and raises the alarm', async () => {
    const { id } = await upload('worrying');
    stage.executions[id] = 'ABORTED';
    const round = async () => {
      for (const { name } of stage.started) stage.executions[name] = 'FAILED';
      await watchdog();
    };
    for (let count = 0; count < 3; count += 1) await round();
    await expect(round()).rejects.toThrow('1 of 2');
    expect(stage.started.map(({ name }) => name.slice(-2))).toEqual(['-1', '-2', '-3', '-4']);
  });

  it('counts a recovery that two want at once only once', async () => {
    const { id } = await upload('both');
    expect(await Promise.all([nextRecovery(id, 0), nextRecovery(id, 0)])).toEqual(
      expect.arrayContaining([1, undefined]),
    );
    expect(await nextRecovery(id, 1)).toBe(2);
    expect(await nextRecovery('acme_production_20261121T000000Z-000000000000', 0)).toBeUndefined();
    await recover({ id, recoveries: 1 }, 'late');
    expect(stage.started).toEqual([]);
  });

  it('goes on with the others when one cannot be looked after, and says so', async () => {
    const ids = [(await upload('one')).id, (await upload('two')).id];
    for (const id of ids) stage.executions[id] = 'ABORTED';
    stage.failing[String(ids[0]).slice(-29)] = 100;
    await expect(watchdog()).rejects.toThrow('1 of 3');
    expect(stage.started).toHaveLength(1);
  });
});

describe('an execution that ended without success', () => {
  it('is recovered at once when its deployment has not ended', async () => {
    const { id } = await upload('stopped');
    await statusChange(id, 'ABORTED');
    expect(stage.started).toMatchObject([
      { input: { deployment: id, failure: { Cause: expect.stringContaining('ABORTED') } } },
    ]);
  });

  it('is nobody’s concern when its deployment ended with it, or it is no deployment', async () => {
    const { id } = await upload('ended');
    await stage.run(steps.unlock, 'Unlock', id);
    await statusChange(id, 'FAILED');
    await statusChange('something-else', 'FAILED');
    expect(stage.started).toEqual([]);
  });
});
