import { setting } from '../aws/config.ts';
import { deleteObjects, listSome } from '../aws/objects.ts';
import { isDenied } from '../aws/presence.ts';
import { removeRepository } from '../aws/repositories.ts';
import { findRole, removeRole } from '../aws/roles.ts';
import { buildRoleOf } from '../building/role.ts';
import { derivedName } from '../manifest/derived-names.ts';
import type { Facts } from '../outcome.ts';
import { type ServiceRole, serviceRoleOf } from '../provisioning/service-role.ts';
import { isOf } from '../provisioning/wanted.ts';
import type { Lease } from '../targets/target.ts';
import type { Whose } from './remains.ts';

/**
 * Removes what was made for an environment beside its stack: what was built for it, its images, and the roles that it was built
 * and made under. Objects that a later push has put there in the meantime are read by their versions, which stay.
 * @throws when the lock is lost: what is made anew must not go.
 */
export async function removeBeside(whose: Whose, lease: Pick<Lease, 'holds'>): Promise<Facts> {
  const { pilot, environment } = whose;
  const goOn = async () => {
    if (!(await lease.holds())) throw new Error('the lock was lost while what was made was removed');
  };
  let objects = 0;
  for (const folder of ['builds', 'pushes'])
    objects += await removeFolder(setting('MANIFESTS_BUCKET'), `${folder}/${pilot}/${environment}/`, goOn);
  await goOn();
  await removeRepository(derivedName('repository', whose));
  for (const role of [buildRoleOf(pilot, environment), serviceRoleOf(pilot, environment)]) {
    await goOn();
    await giveAway(role);
  }
  return objects > 0 ? { objects } : {};
}

async function removeFolder(bucket: string, prefix: string, goOn: () => Promise<void>): Promise<number> {
  let removed = 0;
  for (;;) {
    const keys = await listSome(bucket, prefix);
    if (keys.length === 0) return removed;
    await goOn();
    await deleteObjects(bucket, keys);
    removed += keys.length;
  }
}

/** One of that name which Pilotage did not make for it stays. */
async function giveAway(role: ServiceRole): Promise<void> {
  const found = await findRole(role.name).catch(unlessDenied);
  if (found?.arn === role.arn && isOf(found.tags, role)) await removeRole(role.name);
}

/** Who may look at roles below Pilotage’s paths alone is denied one that is not there: of that IAM knows no path. */
function unlessDenied(error: unknown): undefined {
  if (!isDenied(error)) throw error;
}
