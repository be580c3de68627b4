import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { handler as changed } from '../../../functions/parking/changed.ts';
import { update } from '../../../shared/aws/table.ts';
import type { Policy } from '../../../shared/ledger/deployment.ts';
import { deploymentKey } from '../../../shared/ledger/keys.ts';
import { policyOf } from '../../../shared/ledger/settled.ts';
import { forgetAlarms } from '../../../shared/ledger/settling.ts';
import { staticTarget } from '../../../shared/targets/static/static.ts';
import { watch } from '../../../shared/watching.ts';
import { emulatorUrl } from '../../support/emulator.ts';
import { goLive, goThrough, liveOf, steps, uploadSite } from '../../support/journey.ts';
import { type Stage, setStage } from '../../support/stage.ts';

let stage: Stage;
let cloudwatch: CloudWatchClient;
beforeAll(async () => {
  stage = await setStage();
  cloudwatch = new CloudWatchClient({});
});
afterEach(() => {
  process.env.AWS_ENDPOINT_URL_CLOUDWATCH = emulatorUrl();
});
afterAll(() => stage.close());

const run = (id: string, again = false) => stage.run(steps.shift, 'Shift', id, { again });
const CANARY: Policy['rollout'] = { steps: [50, 100], bake: 3600 };
const AT_ONCE: Policy['rollout'] = { steps: [100], bake: 0 };

async function put(name: string, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' = 'OK') {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName: name, Namespace: 'acme', MetricName: name, Period: 60, EvaluationPeriods: 1, Threshold: 1 },
      ...{ ComparisonOperator: 'GreaterThanThreshold', Statistic: 'Sum' },
    }),
  );
  await turn(name, state);
}
const turn = (AlarmName: string, StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA') =>
  cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: `${StateValue} for a test` }));

/** A verified release of a pilot that is live, which watches an alarm of its own; gives its id and what is live. */
async function verified(pilot: string, rollout = CANARY, alarms = [pilot]) {
  const blue = (await goLive(stage, pilot, { 'index.html': 'one' })).plan?.release ?? '';
  const { id } = await uploadSite(stage, pilot, { 'index.html': 'two' });
  await goThrough(stage, id, 'Verify');
  const now = await stage.now(id);
  await stage.given(id, { policy: { ...policyOf(now), rollout, alarms } });
  return { id, blue, green: now.plan?.release ?? '' };
}
const weights = async (id: string) => (await liveOf(await stage.now(id))).weights;
const bakeOver = async (id: string) => {
  const { shifted } = await stage.now(id);
  const at = new Date(Date.now() - 3_700_000).toISOString();
  await stage.given(id, { shifted: { weight: shifted?.weight ?? 0, at } });
};
/** The step, in a place from which CloudWatch cannot be reached. */
async function withoutCloudWatch() {
  process.env.AWS_ENDPOINT_URL_CLOUDWATCH = 'http://127.0.0.1:9';
  jest.resetModules();
  return (await import('../../../functions/deploy/shift.ts')).handler;
}
const failure = (alarm: string) => ({
  error: 'Failed',
  cause: { reason: expect.stringMatching(`ALARM.*${alarm} is in alarm since .*: ALARM for a test`) },
});

describe('an alarm while a release is watched', () => {
  it('fails it as soon as it is looked at, and the look before was well', async () => {
    await put('fires');
    const { id, blue, green } = await verified('fires');
    expect(await run(id)).toBeUndefined();
    expect(await run(id, true)).toBeUndefined();
    expect(await weights(id)).toEqual({ [blue]: 50, [green]: 50 });
    await turn('fires', 'ALARM');
    expect(await run(id, true)).toMatchObject(failure('fires'));
    expect((await stage.now(id)).failure).toMatchObject({ step: 'Shift', code: 'ALARM' });
  });

  it('fails it when the bake is over and nobody looked before: the next weight is not given', async () => {
    await put('late');
    const { id, blue, green } = await verified('late');
    await run(id);
    await bakeOver(id);
    await turn('late', 'ALARM');
    expect(await run(id, true)).toMatchObject(failure('late'));
    expect(await weights(id)).toEqual({ [blue]: 50, [green]: 50 });
  });

  it('fails it at the end of the last bake too', async () => {
    await put('last');
    const { id } = await verified('last');
    await run(id);
    await bakeOver(id);
    expect(await run(id, true)).toBeUndefined();
    await bakeOver(id);
    await turn('last', 'ALARM');
    expect(await run(id, true)).toMatchObject(failure('last'));
  });

  it('that was red before is told, and blocks nothing; when it goes off anew, it does', async () => {
    await put('red', 'ALARM');
    const { id } = await verified('red');
    expect(await run(id)).toBeUndefined();
    expect(await stage.now(id)).toMatchObject({ facts: { alarmsRedBefore: 'red' }, alarms: { red: ['red'] } });
    await bakeOver(id);
    expect(await run(id, true)).toBeUndefined();
    const { alarms } = await stage.now(id);
    if (!alarms) throw new Error('no baseline');
    await turn('red', 'OK');
    // The emulator tells times to the second.
    await stage.given(id, { alarms: { ...alarms, at: new Date(Date.now() - 5_000).toISOString() } });
    await turn('red', 'ALARM');
    expect(await run(id, true)).toMatchObject(failure('red'));
  });

  it('without data, or that is not there, blocks nothing; of the missing one people are told', async () => {
    await put('unsure', 'INSUFFICIENT_DATA');
    const { id } = await verified('unsure', AT_ONCE, ['unsure', 'unsure-nowhere']);
    expect(await run(id)).toMatchObject({ success: {} });
    expect((await stage.now(id)).facts).toMatchObject({ alarmsNotFound: 'unsure-nowhere' });
    expect((await stage.now(id)).facts).not.toHaveProperty('alarmsRedBefore');
  });

  it('is looked at after the last move also where nothing bakes', async () => {
    await put('unbaked');
    const { id, green } = await verified('unbaked', AT_ONCE);
    // A run that was cut off between the move and the look after it.
    await stage.given(id, { alarms: { at: new Date().toISOString(), watched: ['unbaked'], red: [], missing: [] } });
    await turn('unbaked', 'ALARM');
    expect(await run(id)).toMatchObject(failure('unbaked'));
    expect(await weights(id)).toEqual({ [green]: 100 });
  });

  it('is measured by what was seen first, however often the step begins', async () => {
    await put('first');
    const { id } = await verified('first');
    await run(id);
    const { alarms } = await stage.now(id);
    await turn('first', 'ALARM');
    expect(await run(id)).toMatchObject(failure('first'));
    expect((await stage.now(id)).alarms).toEqual(alarms);
  });

  it('is measured by what was seen first, also by a run that saw nothing of it', async () => {
    await put('overtaken');
    const { id } = await verified('overtaken');
    const seen = await stage.now(id);
    await run(id);
    const { alarms } = await stage.now(id);
    await turn('overtaken', 'ALARM');
    expect(await watch(seen, async () => {})).toMatchObject({ outcome: 'failed', code: 'ALARM' });
    expect((await stage.now(id)).alarms).toEqual(alarms);
  });

  it('that goes off while the release still grows to bear its first share is none of its doing', async () => {
    await put('grows');
    const { id } = await verified('grows');
    const growing = jest.spyOn(staticTarget, 'shift').mockResolvedValueOnce({ outcome: 'growing', progress: '1 of 2' });
    expect(await run(id)).toBeUndefined();
    growing.mockRestore();
    expect(await stage.now(id)).not.toHaveProperty('shifted');
    await turn('grows', 'ALARM');
    expect(await run(id, true)).toBeUndefined();
    expect(await stage.now(id)).toMatchObject({ shifted: { weight: 50 }, alarms: { red: ['grows'] } });
    expect(await run(id, true)).toBeUndefined();
  });

  it('as it stood before the first share is not forgotten once there is one', async () => {
    await put('kept');
    const { id } = await verified('kept');
    await run(id);
    await forgetAlarms(id);
    expect(await stage.now(id)).toMatchObject({ alarms: { watched: ['kept'] } });
  });

  it('that cannot be asked for is no reason to go on: the look is made again', async () => {
    await put('throttled');
    const { id, blue, green } = await verified('throttled');
    await run(id);
    await bakeOver(id);
    expect(await stage.run(await withoutCloudWatch(), 'Shift', id, { again: true })).toBeUndefined();
    expect((await stage.now(id)).progress).toContain('could not be looked at');
    expect(await weights(id)).toEqual({ [blue]: 50, [green]: 50 });
  });

  it('is not asked for where there is none', async () => {
    const { id } = await verified('none', AT_ONCE, []);
    expect(await stage.run(await withoutCloudWatch(), 'Shift', id)).toMatchObject({ success: {} });
    expect(await stage.now(id)).not.toHaveProperty('alarms');
  });

  it('does not stop one that was deployed to go on in spite of it, and that is recorded', async () => {
    await put('overridden');
    const { id } = await verified('overridden');
    await update({
      key: deploymentKey(id),
      update: 'SET #trigger.ignoreAlarms = :yes',
      names: { '#trigger': 'trigger' },
      values: { ':yes': true },
    });
    await run(id);
    await turn('overridden', 'ALARM');
    expect(await run(id, true)).toBeUndefined();
    expect(await stage.now(id)).toMatchObject({ facts: { alarmsIgnored: true } });
    expect(await stage.now(id)).not.toHaveProperty('alarms');
  });

  it('does not stop a rollback: it is the way back', async () => {
    await put('back', 'OK');
    const { id, blue } = await verified('back', AT_ONCE);
    await run(id);
    await stage.run(steps.finish, 'Finish', id);
    await stage.run(steps.unlock, 'Unlock', id);
    await turn('back', 'ALARM');
    const rollback = await stage.askRollback('back', blue);
    await goThrough(stage, rollback.id, 'Verify');
    const now = await stage.now(rollback.id);
    await stage.given(rollback.id, { policy: { ...policyOf(now), alarms: ['back'] } });
    expect(await run(rollback.id)).toMatchObject({ success: {} });
    expect(await stage.now(rollback.id)).not.toHaveProperty('alarms');
  });
});

describe('the event of an alarm that went off', () => {
  const event = (alarmName?: string) =>
    changed({
      'detail-type': 'CloudWatch Alarm State Change',
      resources: [],
      detail: { alarmName, state: { value: 'ALARM' } },
    } as unknown as Parameters<typeof changed>[0]);
  const woken = () => stage.invoked.map(({ event: { input } }) => (input as { deployment: string }).deployment);

  it('wakes who watches it, whatever its name, and nobody else', async () => {
    await put('team-latency');
    const { id } = await verified('woken', CANARY, ['team-latency']);
    await run(id);
    stage.invoked.length = 0;
    await event('woken-production--errors');
    await event();
    expect(woken()).toEqual([]);
    await event('team-latency');
    expect(woken()).toEqual([id]);
    // What the event says is not believed.
    expect(await run(id, true)).toBeUndefined();
  });

  it('of an alarm that was deleted during the bake does no harm', async () => {
    await put('deleted', 'OK');
    const { id } = await verified('deleted');
    await run(id);
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['deleted'] }));
    expect(await run(id, true)).toBeUndefined();
  });
});

describe.each(['offline', 'online'] as const)('a pilot that goes %s', (kind) => {
  it('is judged by no alarm: neither may anything stop it, nor does it count against the next release', async () => {
    const pilot = `alarms-${kind}`;
    await put(pilot, 'ALARM');
    await goLive(stage, pilot, { 'index.html': 'one' });
    const { id } = await stage.askStanding(pilot, kind);
    await goThrough(stage, id, 'Verify');
    const now = await stage.now(id);
    await stage.given(id, { policy: { ...policyOf(now), alarms: [pilot] } });
    expect(await watch(await stage.now(id), async () => undefined)).toMatchObject({ id });
    expect(await stage.run(await withoutCloudWatch(), 'Shift', id)).toMatchObject({ success: {} });
    expect((await stage.now(id)).alarms).toBeUndefined();
  });
});
