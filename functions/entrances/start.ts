import { Logger } from '@aws-lambda-powertools/logger';
import type { EventBridgeEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { publish } from '../../shared/aws/bus.ts';
import { setting } from '../../shared/aws/config.ts';
import { startExecution } from '../../shared/aws/engine.ts';
import type { Events } from '../../shared/events.ts';
import { accept, findDeployment } from '../../shared/ledger/deployments.ts';
import { ofDeployment } from '../../shared/names.ts';

const log = new Logger({ serviceName: 'start' });

const Requested = z.object({
  deployment: z.string(),
  pilot: z.string(),
  environment: z.string(),
  requestedAt: z.iso.datetime(),
  trigger: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('upload'),
      bucket: z.string(),
      key: z.string(),
      version: z.string(),
      commit: z.optional(z.string()),
      requestedBy: z.optional(z.string()),
    }),
    z.object({
      kind: z.literal('rollback'),
      release: z.string(),
      request: z.string(),
      requestedBy: z.optional(z.string()),
    }),
  ]),
});

/**
 * Starts one execution for each trigger, however often its event comes: the
 * deployment's id is derived from the trigger, and is the execution's name.
 */
export async function handler({ detail }: EventBridgeEvent<'DeploymentRequested', unknown>): Promise<void> {
  const parsed = Requested.safeParse(detail);
  const request = parsed.data as Events['DeploymentRequested'] | undefined;
  const of = request && ofDeployment(request.deployment);
  if (!request || !of || of.pilot !== request.pilot || of.environment !== request.environment) {
    log.error('this is no request for a deployment; nothing is started', { detail, error: parsed.error?.message });
    return;
  }

  const { deployment: id, pilot, environment, trigger, requestedAt } = request;
  const isNew = await accept({ id, pilot, environment, trigger, requestedAt });
  if (!isNew) {
    await publish('DuplicateIgnored', { deployment: id, pilot, environment, trigger });
    if ((await findDeployment(id))?.finishedAt) return;
  }
  // Also for a duplicate: the first try may have been cut off between the record and the start.
  await startExecution(setting('DEPLOY_MACHINE'), id, { deployment: id });
}
