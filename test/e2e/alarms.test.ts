import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DeleteFunctionConcurrencyCommand, LambdaClient, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import type { View } from './installation.ts';
import { installServices, type Services, serving } from './services.ts';

let pilotage: Services;
let cloudwatch: CloudWatchClient;
let lambda: LambdaClient;
let watchdog: string;
beforeAll(async () => {
  pilotage = await installServices({ '1': serving('one'), '2': serving('two'), '3': serving('three') });
  const { emulator, outputs } = pilotage.environment;
  const client = { endpoint: emulator.url, region: emulator.region, credentials: emulator.credentials };
  cloudwatch = new CloudWatchClient(client);
  lambda = new LambdaClient(client);
  watchdog = outputs.WatchdogFunction ?? '';
}, 240_000);
afterAll(() => pilotage.end());

const turn = (AlarmName: string, StateValue: 'OK' | 'ALARM') =>
  cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: '7 % of the answers are 5xx' }));
const hasHalf = ({ shifted, finishedAt }: View) => shifted?.weight === 50 || finishedAt !== undefined;
const visits = async (pilot: string) => {
  const answers = [];
  for (let visit = 0; visit < 20; visit++) answers.push(await pilotage.visit(pilot));
  return [...new Set(answers)];
};

describe('alarms while a service’s traffic moves', () => {
  it('are those of its stack: red before, one blocks nothing; gone off since, one gives the traffic back', async () => {
    expect(await pilotage.ended(await pilotage.release('shop', '1'))).toMatchObject({ status: 'succeeded' });
    const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'shop-' }));
    const names = MetricAlarms.map(({ AlarmName = '' }) => AlarmName).sort();
    expect(names).toEqual(['errors', 'latency', 'unhealthy'].map((name) => `shop-production--${name}`));
    for (const name of names) await turn(name, 'OK');

    await turn('shop-production--errors', 'ALARM');
    const fix = await pilotage.release('shop', '2', 'rollout: { steps: [50, 100], bake: 2s }\n');
    expect(await pilotage.ended(fix)).toMatchObject({
      status: 'succeeded',
      facts: { alarmsRedBefore: 'shop-production--errors' },
    });
    expect(await visits('shop')).toEqual(['two']);

    await turn('shop-production--errors', 'OK');
    const bad = await pilotage.release('shop', '3', 'rollout: { steps: [50, 100], bake: 1h }\n');
    expect(await pilotage.until(bad, hasHalf)).toMatchObject({ status: 'running' });
    expect((await visits('shop')).sort()).toEqual(['three', 'two']);
    // Nobody but the alarm's own event wakes it.
    const silent = { FunctionName: watchdog, ReservedConcurrentExecutions: 0 };
    await lambda.send(new PutFunctionConcurrencyCommand(silent));
    await pilotage.until(bad, ({ progress }) => progress?.includes('the bake at 50 % to end') === true);
    const wentOff = Date.now();
    await turn('shop-production--latency', 'ALARM');
    const failed = await pilotage.ended(bad);
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: watchdog }));

    expect(failed).toMatchObject({
      ...{ status: 'failed', rolledBack: true, ending: { serving: expect.not.stringMatching(failed.release ?? '') } },
      failure: {
        ...{ step: 'Shift', code: 'ALARM' },
        reason: expect.stringMatching(/^shop-production--latency is in alarm since .*Z: 7 % of the answers are 5xx$/),
      },
    });
    expect(Date.parse(failed.finishedAt ?? '') - wentOff).toBeLessThan(30_000);
    expect(await visits('shop')).toEqual(['two']);
  }, 240_000);
});

describe('alarms while a function’s traffic moves', () => {
  const MANIFEST = 'apiVersion: pilotage/v1\nname: hours\ntarget: lambda\nsource: { artifact: function.zip }\n';
  const says = (text: string) =>
    pilotage.putZip('pilots/hours/function.zip', {
      'index.js': `exports.handler = async () => ({ statusCode: 200, body: '${text}' });`,
    });

  it('give it back, and do not where the deployment was told to ignore them', async () => {
    await says('one');
    expect(await pilotage.ended(await pilotage.upload('hours', MANIFEST))).toMatchObject({ status: 'succeeded' });

    await says('two');
    const bad = await pilotage.upload('hours', `${MANIFEST}rollout: { steps: [50, 100], bake: 1h }\n`);
    await pilotage.until(bad, hasHalf);
    await turn('hours-production--errors', 'ALARM');
    expect(await pilotage.ended(bad)).toMatchObject({ status: 'failed', failure: { code: 'ALARM' } });
    expect(await visits('hours')).toEqual(['one']);

    await turn('hours-production--errors', 'OK');
    const manifest = `${MANIFEST}rollout: { steps: [50, 100], bake: 5s }\n`;
    const bold = await pilotage.upload('hours', manifest, { 'ignore-alarms': 'true' });
    await pilotage.until(bold, hasHalf);
    await turn('hours-production--errors', 'ALARM');
    expect(await pilotage.ended(bold)).toMatchObject({
      ...{ status: 'succeeded', facts: { alarmsIgnored: true } },
      trigger: { ignoreAlarms: true },
    });
    expect(await visits('hours')).toEqual(['two']);
  }, 180_000);
});
