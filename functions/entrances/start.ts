import type { EventBridgeEvent } from 'aws-lambda';
import { accept, findDeployment } from '../../shared/ledger/deployments.ts';
import { logOf } from '../../shared/log.ts';
import { machineArn, machineOf } from '../../shared/machines.ts';

const log = logOf('start');

/**
 * Starts one execution for each trigger, however often its event comes: the
 * deployment's id is derived from the trigger, and is the execution's name.
 */
export async function handler({ detail }: EventBridgeEvent<'DeploymentRequested', unknown>): Promise<void> {
  const { readRequest } = await import('../../shared/request.ts');
  const request = readRequest(detail);
  if ('fault' in request) {
    log.error('this is no request for a deployment; nothing is started', { detail, fault: request.fault });
    return;
  }

  const { deployment: id, pilot, environment, trigger, requestedAt } = request;
  const isNew = await accept({ id, pilot, environment, trigger, requestedAt });
  if (!isNew) {
    const { publish } = await import('../../shared/aws/bus.ts');
    await publish('DuplicateIgnored', { deployment: id, pilot, environment, trigger });
    if ((await findDeployment(id))?.finishedAt) return;
  }
  // Also for a duplicate: the first try may have been cut off between the record and the start.
  const { startExecution } = await import('../../shared/aws/engine.ts');
  await startExecution(machineArn(machineOf(trigger)), id, { deployment: id });
}
