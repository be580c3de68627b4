import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import type { World } from './world.ts';

/** Names of all that Pilotage itself has made for a pilot: services, what scales them, and task definitions. */
export async function madeOf(world: World, pilot: string): Promise<string[]> {
  const { stack } = await world.planStack(pilot);
  const names = ['blue', 'green'].map((colour) => `${pilot}-production--${colour}`);
  const { services = [] } = await world.ecs.send(
    new DescribeServicesCommand({ cluster: stack.Cluster, services: names }),
  );
  const scaled = await world.scaling.send(
    new DescribeScalableTargetsCommand({
      ServiceNamespace: 'ecs',
      ResourceIds: names.map((name) => `service/${stack.Cluster}/${name}`),
    }),
  );
  const { taskDefinitionArns = [] } = await world.ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }));
  return [
    ...services.filter(({ status }) => status !== 'INACTIVE').map(({ serviceArn = '' }) => serviceArn),
    ...(scaled.ScalableTargets ?? []).map(({ ResourceId = '' }) => ResourceId),
    ...taskDefinitionArns.filter((arn) => arn.includes(`/${pilot}-production--`)),
  ];
}
