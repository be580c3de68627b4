import { deleteService, listFamilies, removeFamily, servicesLeft } from '../../aws/ecs-removal.ts';
import { endScaling } from '../../aws/scaling.ts';
import { derivedName } from '../../manifest/derived-names.ts';
import { type Done, done, type Failed, failed, type Parked, parked } from '../../outcome.ts';
import { COLOURS } from '../balanced/colours.ts';
import { withdraw } from '../balanced/withdraw.ts';
import type { Lease, Remains } from '../target.ts';
import { familiesOf, serviceName } from './names.ts';

const SECONDS = 1_000;
/** ECS tells of most changes by an event; between them it is looked at so often. */
const LOOK_AGAIN = 15 * SECONDS;
/** A task may take two minutes to stop, and its target as long again to be drained. */
const PATIENCE = 60 * 60 * SECONDS;

/**
 * First the traffic, then both services with all of their tasks, which nothing starts again from then on, and every task
 * definition. Settings on a volume go with that.
 */
export async function remove(remains: Remains, lease: Lease): Promise<Done | Parked | Failed> {
  const cluster = derivedName('cluster', remains);
  const names = COLOURS.map((colour) => serviceName(remains, colour));
  const left = await withdraw(remains, lease);
  if (left) return left;
  const services = await servicesLeft(cluster, names);
  if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');
  // Also of a service that is gone: what was left would scale the next one of its name.
  for (const name of names) await endScaling(`service/${cluster}/${name}`);
  for (const { serviceName: name = '', status } of services)
    if (status !== 'DRAINING') await deleteService(cluster, name);
  if (services.length > 0) return park(remains, services.length);

  let definitions = 0;
  for (const family of await listFamilies(familiesOf(remains))) {
    if (!(await lease.holds())) return failed('FENCED', 'a newer deployment holds the lock');
    definitions += await removeFamily(family);
  }
  return done(definitions > 0 ? { taskDefinitions: definitions } : {});
}

const park = ({ since }: Remains, services: number): Parked =>
  parked(
    `${services === 1 ? 'its service' : 'its services'} to stop`,
    new Date(since.getTime() + PATIENCE),
    new Date(Date.now() + LOOK_AGAIN),
  );
