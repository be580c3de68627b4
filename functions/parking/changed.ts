import type { EventBridgeEvent } from 'aws-lambda';
import { listRunning } from '../../shared/ledger/parking.ts';
import { ofDeployment } from '../../shared/names.ts';
import { wake } from '../../shared/waking.ts';

/**
 * A stack or a service has changed. Deployments that are parked, and whose pilot the event seems to
 * be about, look for themselves; where a name was cut so that it does not show, the watchdog's round makes them look.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html
 */
export async function handler({ resources, detail }: EventBridgeEvent<string, unknown>): Promise<void> {
  const text = JSON.stringify([resources, detail]);
  const running = await listRunning();
  for (const { id, parked } of running) if (parked && isAbout(text, id)) await wake(id);
}

function isAbout(text: string, id: string): boolean {
  const of = ofDeployment(id);
  return of !== undefined && text.includes(`${of.pilot}-${of.environment}`);
}
