import type { EventBridgeEvent } from 'aws-lambda';
import { findRunning } from '../../shared/ledger/parking.ts';
import { ofDeployment } from '../../shared/names.ts';
import { recover } from '../../shared/waking.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
type StatusChange = EventBridgeEvent<'Step Functions Execution Status Change', { name: string; status: string }>;

/** An execution ended otherwise than by success: if its deployment has not ended with it, it is brought to an end. */
export async function handler({ detail: { name, status } }: StatusChange): Promise<void> {
  if (!ofDeployment(name)) return;
  const running = await findRunning(name);
  if (running && !running.untold) await recover(running, `its execution ended as ${status}`);
}
