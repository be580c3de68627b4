import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { clientConfig } from './config.ts';

const client = new CloudWatchClient(clientConfig);

/** Most alarms that one call asks for, and that a page of its answer holds. */
const MOST = 100;

export interface Alarm {
  name: string;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Since when (ISO, by CloudWatch's clock) it is in that state. */
  since: string;
  /** In CloudWatch's words. */
  reason: string;
}

/**
 * How alarms stand, metric and composite ones; a name that is no alarm's is left out.
 *
 * CloudWatch does not promise that a read sees the last change of state: an answer may be some
 * seconds old. An alarm that has just gone off may be seen only by the next look, and one that went off right
 * before the first look may seem to have done so after it.
 * @throws also when CloudWatch cannot be asked, or too much was asked of it: nothing is known then.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export async function readAlarms(names: readonly string[]): Promise<Alarm[]> {
  const found: Alarm[] = [];
  for (let at = 0; at < names.length; at += MOST) found.push(...(await read(names.slice(at, at + MOST))));
  return found;
}

async function read(AlarmNames: string[]): Promise<Alarm[]> {
  const found: Alarm[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(
      new DescribeAlarmsCommand({
        AlarmNames,
        // Without it composite ones are left out.
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        MaxRecords: MOST,
        ...(next && { NextToken: next }),
      }),
    );
    for (const alarm of [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])]) {
      const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
      if (!alarm.AlarmName || !alarm.StateValue || !since) continue;
      const { AlarmName: name, StateValue: state, StateReason: reason = '' } = alarm;
      found.push({ name, state, since: since.toISOString(), reason });
    }
    next = page.NextToken;
  } while (next);
  return found;
}
