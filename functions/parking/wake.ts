import type { EventBridgeEvent } from 'aws-lambda';
import { ofDeployment } from '../../shared/names.ts';
import { wake } from '../../shared/waking.ts';

/** Somebody says that a parked deployment may have got what it waits for. It looks for itself. */
export async function handler({ detail }: EventBridgeEvent<'Woken', { deployment?: string }>): Promise<void> {
  if (detail.deployment && ofDeployment(detail.deployment)) await wake(detail.deployment);
}
