import type { EventBridgeEvent } from 'aws-lambda';
import { findDeployment } from '../../shared/ledger/deployments.ts';
import { listRunning } from '../../shared/ledger/parking.ts';
import { ofDeployment } from '../../shared/names.ts';
import { wake } from '../../shared/waking.ts';

const ALARM = 'CloudWatch Alarm State Change';

/**
 * A stack, a service, a task or a snapshot has changed, or an alarm went off. Deployments that are parked, and that the event
 * seems to concern, look for themselves; where it does not show whom it concerns, the watchdog's round makes them look.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export async function handler(event: EventBridgeEvent<string, unknown>): Promise<void> {
  const concerns = event['detail-type'] === ALARM ? watches(event.detail) : isNamed(event);
  const running = await listRunning();
  for (const { id, parked } of running) if (parked && (await concerns(id))) await wake(id);
}

function isNamed({ resources, detail }: EventBridgeEvent<string, unknown>) {
  const text = JSON.stringify([resources, detail]);
  return (id: string): boolean => {
    const of = ofDeployment(id);
    return of !== undefined && text.includes(`${of.pilot}-${of.environment}`);
  };
}

/** An alarm may have any name: which ones a deployment watches stands in its row. */
function watches(detail: unknown) {
  const { alarmName } = Object(detail) as { alarmName?: string };
  return async (id: string): Promise<boolean> => {
    const deployment = await findDeployment(id);
    return alarmName !== undefined && deployment?.alarms?.watched.includes(alarmName) === true;
  };
}
