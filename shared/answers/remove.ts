import type { ApiAnswer } from '../api.ts';
import { publish } from '../aws/bus.ts';
import { giveUp } from '../git/previews/remove.ts';
import { findDeployment, listDeployments, listPilots } from '../ledger/deployments.ts';
import { findPreview, noteRemoval, type Preview, type PreviewRemoval } from '../ledger/previews.ts';
import { logOf } from '../log.ts';
import { unremovable } from '../manifest/only-previews.ts';
import { requestId } from '../names.ts';
import { refusal, stranger } from './refusal.ts';
import type { Asked } from './request.ts';

const log = logOf('api');

/** Its pull request may get another commit at the same moment. */
const TRIES = 5;

/**
 * Asks that nothing of a preview stays. One that has its place is noted as going, so that it is tried again until it is gone, and
 * whoever asks while it goes follows that. Where there is none, what was left of it goes: the same request again is the same
 * deployment, whatever is left by then.
 */
export async function remove(asked: Asked<'remove'>): Promise<ApiAnswer<'remove'>> {
  const { pilot, environment, request, requestedBy } = asked;
  const problem = unremovable(pilot, environment);
  if (problem) return refusal(problem.code, problem.message, problem.expected);
  const noted = await noteGoing(pilot, environment);
  if (noted) {
    await askFor(noted, requestedBy);
    return { ok: true, answer: { deployment: noted.removal.deployment } };
  }
  const id = requestId(pilot, environment, request);
  if ((await findDeployment(id))?.trigger.kind === 'remove') return { ok: true, answer: { deployment: id } };
  if ((await listDeployments(pilot, environment, 1)).length === 0)
    return stranger(await listPilots(), pilot, environment);

  await publish('DeploymentRequested', {
    deployment: id,
    pilot,
    environment,
    requestedAt: new Date().toISOString(),
    trigger: { kind: 'remove', request, why: 'asked', ...(requestedBy && { requestedBy }) },
  });
  log.info('a removal was asked for', { deployment: id, requestedBy });
  return { ok: true, answer: { deployment: id } };
}

type Going = Preview & { removal: PreviewRemoval };

/** The preview with the removal that is under way, or else with another one; undefined where it has no place. */
async function noteGoing(pilot: string, environment: string): Promise<Going | undefined> {
  for (let tried = 0; tried < TRIES; tried++) {
    const seen = await findPreview(pilot, environment);
    if (!seen) return undefined;
    const { removal } = seen;
    if (removal && !(await findDeployment(removal.deployment))?.finishedAt) return { ...seen, removal };
    const now = await noteRemoval(seen, 'asked', new Date());
    if (now?.removal) return { ...now, removal: now.removal };
  }
  throw new Error(`the preview of ${pilot} in ${environment} changes all the time; it was not noted that it is to go`);
}

/** Whoever noted it may have been cut off before it was asked for; asked for twice, it is one. */
async function askFor({ removal, ...preview }: Going, requestedBy: string | undefined): Promise<void> {
  const { pilot, environment, connection, repository, number } = preview;
  const { deployment, request, at, why } = removal;
  await publish('DeploymentRequested', {
    ...{ deployment, pilot, environment, requestedAt: at },
    trigger: {
      ...{ kind: 'remove', request, why, pull: { connection, repository, number } },
      ...(requestedBy && { requestedBy }),
    },
  });
  log.info('a removal was asked for', { deployment, requestedBy });
  await giveUp(preview, removal);
}
