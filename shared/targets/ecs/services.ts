import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { findServices } from '../../aws/ecs.ts';
import { limitsIn } from '../balanced/bearing.ts';
import { COLOURS, type Colour } from '../balanced/colours.ts';
import type { Standing, Standings } from '../balanced/fleet.ts';
import type { Plan } from '../target.ts';
import { releaseIn, serviceName } from './names.ts';
import type { Stack } from './stack.ts';

/** A colour's service as it is now. */
export interface Colouring extends Standing {
  arn: string;
  tags: Record<string, string>;
  /** ARN of the revision that it is to run. */
  definition: string;
  running: number;
  /** Tasks of earlier revisions that still run. */
  older: number;
  /** The roll-out of `definition`; `id` is what its tasks were started by. */
  rollout: { id: string; state: 'COMPLETED' | 'IN_PROGRESS' | 'FAILED'; failed: number; reason: string; since: Date };
  /** What ECS says since that roll-out began, the newest first. */
  events: string[];
}

export type Colours = Standings<Colouring>;

/** Both colours' services, as far as they are there; one call. */
export async function seeServices(plan: Plan, { cluster }: Stack): Promise<Colours> {
  const found = await findServices(
    cluster,
    COLOURS.map((colour) => serviceName(plan, colour)),
  );
  return Object.fromEntries(
    COLOURS.flatMap((colour) => {
      const service = found.find(({ serviceName: name }) => name === serviceName(plan, colour));
      return service ? [[colour, colouringOf(colour, service)]] : [];
    }),
  );
}

export function colouringOf(colour: Colour, service: Service): Colouring {
  const { serviceName: name = '', serviceArn: arn = '', taskDefinition: definition = '' } = service;
  const { deployments = [], events = [] } = service;
  const tags = Object.fromEntries((service.tags ?? []).map(({ key = '', value = '' }) => [key, value]));
  const limits = limitsIn(tags);
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  const release = releaseIn(definition);
  const since = primary?.createdAt ?? service.createdAt ?? new Date(0);
  return {
    colour,
    name,
    arn,
    tags,
    definition,
    ...(release && { release }),
    ...(limits && { limits }),
    isGoing: service.status === 'DRAINING',
    desired: service.desiredCount ?? 0,
    // Of the whole service the count holds the tasks of earlier revisions too.
    running: primary?.runningCount ?? 0,
    older: deployments
      .filter((one) => one !== primary)
      .reduce((sum, { runningCount = 0, pendingCount = 0 }) => sum + runningCount + pendingCount, 0),
    rollout: {
      id: primary?.id ?? '',
      state: stateOf(primary),
      failed: primary?.failedTasks ?? 0,
      reason: primary?.rolloutStateReason ?? '',
      since,
    },
    events: events.filter(({ createdAt }) => createdAt && createdAt >= since).map(({ message = '' }) => message),
  };
}

const stateOf = (deployment: Deployment | undefined) =>
  deployment?.rolloutState === 'FAILED'
    ? 'FAILED'
    : deployment?.rolloutState === 'COMPLETED'
      ? 'COMPLETED'
      : 'IN_PROGRESS';
