import { targetNamed } from '../../shared/targets/index.ts';
import type { Plan } from '../../shared/targets/target.ts';
import { at, of } from '../templates/reading.ts';
import { TEMPLATES } from '../templates/samples.ts';

describe('the alarms of a target', () => {
  // How the database fares is not told by who gets the traffic: a migration alone makes it busy.
  it.each(Object.entries(TEMPLATES))('are those of what serves that the stack has: %s', async (name, template) => {
    const made = of(template, 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => String(at(Properties, 'AlarmName')))
      .filter((alarm) => !alarm.includes('--database-'));
    const target = await targetNamed(name.split('-')[0] ?? '');
    const [pilot = ''] = made[0]?.split('-production--') ?? [];
    expect(made.length).toBeGreaterThan(0);
    const detail = { balanced: made.some((alarm) => alarm.endsWith('unhealthy')) };
    const plan = { pilot, environment: 'production', detail } as unknown as Plan;
    expect(target.alarms?.(plan).sort()).toEqual(made.sort());
  });

  it('are none where nothing of a pilot’s own runs', async () => {
    expect((await targetNamed('static')).alarms).toBeUndefined();
  });
});
