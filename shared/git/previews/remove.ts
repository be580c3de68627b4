import { publish } from '../../aws/bus.ts';
import type { RemovalReason } from '../../events.ts';
import { askToCancel } from '../../ledger/cancelling.ts';
import { findDeployment } from '../../ledger/deployments.ts';
import { readLock } from '../../ledger/lock.ts';
import { noteRemoval, type Preview, type PreviewRemoval } from '../../ledger/previews.ts';
import { logOf } from '../../log.ts';

const log = logOf('previews');

/**
 * Asks that a preview be removed, where it still stands as it was seen.
 * @returns false where something came meanwhile: it is to be looked at anew.
 */
export async function removePreview(seen: Preview, why: RemovalReason, now: Date): Promise<boolean> {
  const preview = await noteRemoval(seen, why, now);
  if (!preview?.removal) return false;
  log.info('a preview is to go', { pilot: preview.pilot, environment: preview.environment, why });
  await askForRemoval(preview, preview.removal);
  return true;
}

/** Asks for a removal that is noted; any number of times, for one. What is deployed meanwhile is given up. */
export async function askForRemoval(preview: Preview, removal: PreviewRemoval): Promise<void> {
  const { pilot, environment, connection, repository, number } = preview;
  const { deployment, request, at, why } = removal;
  const pull = { connection, repository, number };
  await publish('DeploymentRequested', {
    ...{ deployment, pilot, environment, requestedAt: at },
    trigger: { kind: 'remove', request, why, pull },
  });
  await giveUp(preview, removal);
}

const WHO: Record<RemovalReason, string> = {
  closed: 'the end of its pull request',
  expired: 'the end of its preview’s time to live',
  asked: 'the removal of its preview',
};

/** The removal waits for whoever has the lock, and nobody needs what that makes. */
export async function giveUp(
  { pilot, environment, deployment: last }: Preview,
  { why, deployment: removal, at }: PreviewRemoval,
): Promise<void> {
  const { owner } = await readLock(pilot, environment);
  for (const id of new Set([owner, last])) {
    const running = id === undefined || id === removal ? undefined : await findDeployment(id);
    if (!running || running.finishedAt || running.trigger.kind === 'remove' || running.requestedAt > at) continue;
    const now = await askToCancel(running.id, WHO[why]);
    if (now?.cancelled)
      await publish('Woken', { deployment: running.id, pilot, environment, why: `${WHO[why]} cancelled it` });
  }
}
