import { createHash } from 'node:crypto';
import type { CreateServiceCommandInput, UpdateServiceCommandInput } from '@aws-sdk/client-ecs';
import { ownerTags } from '../../manifest/owner-tags.ts';
import { bearingTags } from '../balanced/bearing.ts';
import type { Colour } from '../balanced/colours.ts';
import type { Plan } from '../target.ts';
import { detailOf } from './detail.ts';
import { CONTAINER, hostsProvider, serviceName } from './names.ts';
import type { Stack } from './stack.ts';

/** What a service is made with; some of it AWS cannot change later. */
export function creating(
  plan: Plan,
  stack: Stack,
  colour: Colour,
  definition: string,
  desired: number,
  deployment: string,
): CreateServiceCommandInput {
  const name = serviceName(plan, colour);
  const { health, scaling } = detailOf(plan);
  return {
    cluster: stack.cluster,
    serviceName: name,
    // The same deployment that asks twice, as after a lost answer, makes one.
    clientToken: createHash('sha256').update(`${deployment} ${name} ${definition}`).digest('hex').slice(0, 32),
    ...common(plan, stack, colour, definition, desired),
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    enableECSManagedTags: true,
    propagateTags: 'SERVICE',
    tags: Object.entries({
      ...ownerTags(plan),
      'pilotage:colour': colour,
      ...bearingTags(health, scaling),
    }).map(([key, value]) => ({ key, value })),
  };
}

/** The same for a service that is there. Its tasks are started anew, with a record of their own, even when the revision is the same. */
export function updating(
  plan: Plan,
  stack: Stack,
  colour: Colour,
  definition: string,
  desired: number,
): UpdateServiceCommandInput {
  return {
    cluster: stack.cluster,
    service: serviceName(plan, colour),
    ...common(plan, stack, colour, definition, desired),
    forceNewDeployment: true,
  };
}

/** As many tasks as this, and nothing else. */
export const counting = (
  plan: Plan,
  { cluster }: Stack,
  colour: Colour,
  desiredCount: number,
): UpdateServiceCommandInput => ({ cluster, service: serviceName(plan, colour), desiredCount });

function common(plan: Plan, stack: Stack, colour: Colour, taskDefinition: string, desiredCount: number) {
  const { port, health } = detailOf(plan);
  return {
    taskDefinition,
    desiredCount,
    capacityProviderStrategy: strategyOf(plan),
    networkConfiguration: inNetwork(stack),
    loadBalancers: [{ targetGroupArn: stack.groups[colour], containerName: CONTAINER, containerPort: port }],
    healthCheckGracePeriodSeconds: health.grace,
    enableExecuteCommand: true,
    deploymentConfiguration: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      // It stops what will not come up. Whether one goes back is ours to say: the other colour still serves.
      deploymentCircuitBreaker: { enable: true, rollback: false },
    },
  };
}

/** Where the tasks of a pilot are, and by whom they can be reached. */
export const inNetwork = ({ subnets, securityGroup }: Stack) => ({
  awsvpcConfiguration: { subnets, securityGroups: [securityGroup], assignPublicIp: 'DISABLED' as const },
});

/**
 * The base on demand, the rest by percent.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
export function strategyOf(plan: Plan) {
  const { launch, capacity } = detailOf(plan);
  const { base, spot } = capacity;
  if (launch === 'ec2') return [{ capacityProvider: hostsProvider(plan), base: 0, weight: 1 }];
  return [
    { capacityProvider: 'FARGATE', base, weight: 100 - spot },
    ...(spot > 0 ? [{ capacityProvider: 'FARGATE_SPOT', base: 0, weight: spot }] : []),
  ];
}
