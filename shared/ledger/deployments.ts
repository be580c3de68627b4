import { get, type Key, list, transact, update, type Write } from '../aws/table.ts';
import { machineOf } from '../machines.ts';
import { isPreview } from '../manifest/identifiers.ts';
import { ofDeployment } from '../names.ts';
import type { Deployment, Fresh } from './deployment.ts';
import { deploymentKey, partition, runningKey } from './keys.ts';

export const pilotKey = ({ pilot, environment }: Pick<Fresh, 'pilot' | 'environment'>): Key => ({
  pk: 'PILOTS',
  sk: `${pilot}#${environment}`,
});

/** The write that puts a pilot on the list of all. */
const pilotListed = (whose: Pick<Fresh, 'pilot' | 'environment'>): Write => ({
  key: pilotKey(whose),
  update: 'SET pilot = :pilot, environment = :environment',
  values: { ':pilot': whose.pilot, ':environment': whose.environment },
});

/** A preview is on the list from when something has its turn to be deployed there: what is refused, or comes late, makes none of it. */
export async function listPreview(whose: Pick<Fresh, 'pilot' | 'environment'>): Promise<void> {
  await update(pilotListed(whose));
}

/**
 * Records that a trigger was accepted.
 * @returns false when this trigger was recorded before.
 */
export function accept(fresh: Fresh): Promise<boolean> {
  return transact([
    {
      key: deploymentKey(fresh.id),
      update:
        'SET id = :id, pilot = :pilot, environment = :environment, #trigger = :trigger, requestedAt = :at, acceptedAt = :now, #status = :running, steps = :steps, facts = :facts',
      condition: 'attribute_not_exists(pk)',
      names: { '#trigger': 'trigger', '#status': 'status' },
      values: {
        ':id': fresh.id,
        ':pilot': fresh.pilot,
        ':environment': fresh.environment,
        ':trigger': fresh.trigger,
        ':at': fresh.requestedAt,
        ':now': new Date().toISOString(),
        ':running': 'running',
        ':steps': {},
        ':facts': {},
      },
    },
    {
      key: runningKey(fresh.id),
      update: 'SET acceptedAt = :now, machine = :machine',
      values: { ':now': new Date().toISOString(), ':machine': machineOf(fresh.trigger) },
    },
    ...(isPreview(fresh.environment) ? [] : [pilotListed(fresh)]),
  ]);
}

/** @returns undefined also for what is no deployment's id. */
export const findDeployment = async (id: string): Promise<Deployment | undefined> =>
  ofDeployment(id) && get<Deployment & Key>(deploymentKey(id));

/** @throws when it is not there, though somebody has just written to it. */
export async function knownDeployment(id: string): Promise<Deployment> {
  const known = await findDeployment(id);
  if (!known) throw new Error(`${id} is gone`);
  return known;
}

/** Uploads of one second have ids in any order: so many more are read, and put in the order of their acceptance. */
const SAME_SECOND = 10;

/** A pilot's deployments, newest first. */
export async function listDeployments(pilot: string, environment: string, most: number): Promise<Deployment[]> {
  const found = await list<Deployment & Key>(partition(pilot, environment), 'DEPLOYMENT#', most + SAME_SECOND);
  const newestFirst = (a: Deployment, b: Deployment) =>
    b.requestedAt.localeCompare(a.requestedAt) || b.acceptedAt.localeCompare(a.acceptedAt);
  return found.sort(newestFirst).slice(0, most);
}

export const listPilots = (): Promise<{ pilot: string; environment: string }[]> =>
  list<{ pilot: string; environment: string } & Key>('PILOTS');
