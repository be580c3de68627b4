import type { ApiAnswer, ApiRefusal } from '../api.ts';
import { listPilots } from '../ledger/deployments.ts';
import { listReleases } from '../ledger/releases.ts';
import { DEFAULT_ENVIRONMENT } from '../names.ts';
import { targetNamed } from '../targets/index.ts';
import type { Shell } from '../targets/target.ts';
import { refusal, stranger } from './refusal.ts';
import type { Asked } from './request.ts';

/** Where a command can be run in what is live of a pilot. */
export async function shell({ pilot, environment = DEFAULT_ENVIRONMENT }: Asked<'shell'>): Promise<ApiAnswer<'shell'>> {
  const found = await findShell(pilot, environment);
  return 'ok' in found ? found : { ok: true, answer: found };
}

/** The same, for those who then run something there. */
export async function findShell(pilot: string, environment: string): Promise<Shell | ApiRefusal> {
  const [latest] = await listReleases(pilot, environment);
  if (!latest) {
    const all = await listPilots();
    if (!all.some((one) => one.pilot === pilot && one.environment === environment))
      return stranger(all, pilot, environment);
    return refusal('NOT_LIVE', `nothing of ${pilot} was ever live in ${environment}`);
  }
  const target = await targetNamed(latest.plan.target);
  if (!target.shell)
    return refusal(
      'NO_SHELL',
      `there is nothing to enter in a pilot of target ${latest.plan.target}`,
      'one of target ecs or ec2',
    );
  const found = await target.shell(latest.plan);
  return (
    found ?? refusal('NOT_LIVE', `nothing of ${pilot} runs in ${environment}`, `one that does: pilot status ${pilot}`)
  );
}
