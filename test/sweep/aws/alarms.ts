import { jsonError, jsonReply, type Operation, type Service, textOf } from './call.ts';
import type { Around } from './cloudformation.ts';

interface Alarm {
  state: 'OK' | 'ALARM';
  since: number;
}

/** Alarms by their names. */
export type Alarms = Record<string, Alarm>;

export interface AlarmsPort extends Service {
  now: Alarms;
  /** Lets an alarm go off, and tells of it. */
  raise(name: string): void;
}

/** Milliseconds that a read may be behind. */
const BEHIND_MS = 5_000;

/**
 * CloudWatch's alarms. AWS does not promise that a read sees the last change.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export function alarmsOf({ clock, tell }: Around, now: Alarms = {}): AlarmsPort {
  let before = structuredClone(now);
  let changedAt = Number.NEGATIVE_INFINITY;
  return {
    name: 'cloudwatch',
    now,
    isAt: (hostname) => hostname.startsWith('monitoring.'),
    error: jsonError(500, 'InternalServiceFault'),
    throttled: jsonError(400, 'ThrottlingException'),
    raise(name) {
      const alarm = now[name];
      if (!alarm) throw new Error(`there is no alarm ${name}`);
      before = structuredClone(now);
      changedAt = clock.now();
      Object.assign(alarm, { state: 'ALARM', since: clock.now() });
      tell({
        bus: 'default',
        source: 'aws.cloudwatch',
        'detail-type': 'CloudWatch Alarm State Change',
        detail: { alarmName: name, state: { value: 'ALARM' } },
      });
    },
    read({ headers, body }): Operation {
      const name = headers['x-amz-target']?.split('.')[1] ?? '';
      if (name !== 'DescribeAlarms') throw new Error(`CloudWatch's ${name} is not known here`);
      const { AlarmNames = [] } = JSON.parse(textOf(body)) as { AlarmNames?: string[] };
      return {
        service: 'cloudwatch',
        name,
        about: AlarmNames.join(', '),
        writes: false,
        mayBeStale: true,
        apply(_, stale) {
          const all = stale && clock.now() - changedAt < BEHIND_MS ? before : now;
          const MetricAlarms = AlarmNames.flatMap((AlarmName) => {
            const { state, since = 0 } = all[AlarmName] ?? {};
            const at = since / 1000;
            return state ? [{ AlarmName, StateValue: state, StateTransitionedTimestamp: at }] : [];
          });
          return jsonReply(200, { MetricAlarms, CompositeAlarms: [] });
        },
      };
    },
  };
}
