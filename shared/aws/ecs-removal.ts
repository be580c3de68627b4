import {
  ClusterNotFoundException,
  DeleteServiceCommand,
  DeleteTaskDefinitionsCommand,
  ECSClient,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  type Service,
  ServiceNotActiveException,
  ServiceNotFoundException,
} from '@aws-sdk/client-ecs';
import { clientConfig } from './config.ts';
import { deregisterTaskDefinition, findServices } from './ecs.ts';

const client = new ECSClient(clientConfig);

/** The services of these names that are there, or still on their way out; none where there is no cluster. */
export async function servicesLeft(cluster: string, services: readonly string[]): Promise<Service[]> {
  try {
    return await findServices(cluster, services);
  } catch (error) {
    if (error instanceof ClusterNotFoundException) return [];
    throw error;
  }
}

/**
 * Begins to remove a service with all of its tasks; one that goes, or is gone, is no error.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html
 */
export async function deleteService(cluster: string, service: string): Promise<void> {
  try {
    await client.send(new DeleteServiceCommand({ cluster, service, force: true }));
  } catch (error) {
    const isGone = error instanceof ServiceNotFoundException || error instanceof ServiceNotActiveException;
    if (!isGone && !(error instanceof ClusterNotFoundException)) throw error;
  }
}

/** Families of task definitions whose names begin so, also those that nothing can be started from any more. */
export async function listFamilies(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (let from: string | undefined; ; ) {
    const { families = [], nextToken } = await client.send(
      new ListTaskDefinitionFamiliesCommand({ familyPrefix: prefix, status: 'ALL', ...(from && { nextToken: from }) }),
    );
    found.push(...families);
    if (!nextToken) return found;
    from = nextToken;
  }
}

/** Definitions that one call deletes. */
const MOST_AT_ONCE = 10;

/**
 * Removes all definitions of a family for good: first nothing can be started from them any more, then they are deleted.
 * @returns how many there were.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html
 */
export async function removeFamily(family: string): Promise<number> {
  const active = await revisionsOf(family, 'ACTIVE');
  for (const arn of active) await deregisterTaskDefinition(arn);
  // Those of just now may not be among them yet.
  const all = [...new Set([...active, ...(await revisionsOf(family, 'INACTIVE'))])];
  for (let at = 0; at < all.length; at += MOST_AT_ONCE) {
    const taskDefinitions = all.slice(at, at + MOST_AT_ONCE);
    const { failures = [] } = await client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions }));
    const [first] = failures;
    if (first) throw new Error(`ECS did not delete ${first.arn}: ${first.reason} ${first.detail ?? ''}`);
  }
  return all.length;
}

async function revisionsOf(familyPrefix: string, status: 'ACTIVE' | 'INACTIVE'): Promise<string[]> {
  const found: string[] = [];
  for (let from: string | undefined; ; ) {
    const { taskDefinitionArns = [], nextToken } = await client.send(
      new ListTaskDefinitionsCommand({ familyPrefix, status, ...(from && { nextToken: from }) }),
    );
    found.push(...taskDefinitionArns);
    if (!nextToken) return found;
    from = nextToken;
  }
}
