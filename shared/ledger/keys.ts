import type { Key } from '../aws/table.ts';
import { ofDeployment } from '../names.ts';

/** A row of the partition of running deployments, which the watchdog goes through. */
export const runningKey = (id: string): Key => ({ pk: 'RUNNING', sk: id });

/** The partition of all that concerns one pilot in one environment. */
export const partition = (pilot: string, environment: string): string => `PILOT#${pilot}#${environment}`;

export function deploymentKey(id: string): Key {
  const of = ofDeployment(id);
  if (!of) throw new Error(`${id} is no deployment's id`);
  return { pk: partition(of.pilot, of.environment), sk: `DEPLOYMENT#${id}` };
}
