import {
  DescribeEnvironmentHealthCommand,
  DescribeEventsCommand,
  type DescribeEventsCommandInput,
  DescribeInstancesHealthCommand,
  type EventDescription,
} from '@aws-sdk/client-elastic-beanstalk';
import { beanstalk, type Environment } from './beanstalk.ts';

/** How one instance of an environment is, by enhanced health. */
export interface InstanceHealth {
  id: string;
  /** `Ok`, `Info`, `Warning`, `Degraded`, `Severe`, `Pending`, `NoData`, … */
  status: string;
  /** Why, in AWS's words. */
  causes: string[];
  /** The application version that was deployed to it, and how that went: `Deployed`, `In Progress`, `Failed`. */
  version?: string;
  deployed?: string;
}

/**
 * All instances of an environment; none where it has no enhanced health yet.
 * @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeInstancesHealth.html
 */
export async function listInstances({ id }: Pick<Environment, 'id'>): Promise<InstanceHealth[]> {
  const instances: InstanceHealth[] = [];
  let from: string | undefined;
  do {
    const page = await orNothing(
      beanstalk.send(
        new DescribeInstancesHealthCommand({
          EnvironmentId: id,
          AttributeNames: ['HealthStatus', 'Causes', 'Deployment'],
          ...(from && { NextToken: from }),
        }),
      ),
    );
    for (const { InstanceId = '', HealthStatus = 'NoData', Causes = [], Deployment } of page?.InstanceHealthList ?? [])
      instances.push({
        id: InstanceId,
        status: HealthStatus,
        causes: Causes,
        ...(Deployment?.VersionLabel && { version: Deployment.VersionLabel }),
        ...(Deployment?.Status && { deployed: Deployment.Status }),
      });
    from = page?.NextToken;
  } while (from);
  return instances;
}

/** Why an environment's health is as it is. @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeEnvironmentHealth.html */
export async function readCauses({ id }: Pick<Environment, 'id'>): Promise<string[]> {
  const found = await orNothing(
    beanstalk.send(new DescribeEnvironmentHealthCommand({ EnvironmentId: id, AttributeNames: ['Causes'] })),
  );
  return found?.Causes ?? [];
}

/** Without enhanced health, or before it has begun, Elastic Beanstalk refuses the question. */
async function orNothing<Output>(asked: Promise<Output>): Promise<Output | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && error.name === 'InvalidRequestException') return undefined;
    throw error;
  }
}

/**
 * What went wrong in an environment, oldest first: events of severity ERROR and FATAL. They are told apart by their time,
 * since not all of them name a version.
 * @param since absent: from its beginning on.
 * @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_DescribeEvents.html
 */
export async function listFailures({ id }: Pick<Environment, 'id'>, since?: Date): Promise<string[]> {
  const events = await failuresOf({ EnvironmentId: id, ...(since && { StartTime: since }) });
  return events.map(messageOf);
}

/** What went wrong with a version before any environment had it. @param since when it was made. */
export async function listVersionFailures(application: string, version: string, since: Date): Promise<string[]> {
  const events = await failuresOf({ ApplicationName: application, StartTime: since });
  return events
    .filter(({ EnvironmentName, VersionLabel = version }) => !EnvironmentName && VersionLabel === version)
    .map(messageOf);
}

async function failuresOf(of: DescribeEventsCommandInput): Promise<EventDescription[]> {
  const { Events = [] } = await beanstalk.send(
    new DescribeEventsCommand({ ...of, Severity: 'ERROR', MaxRecords: 100 }),
  );
  return Events.toReversed();
}

const messageOf = ({ Message = '' }: EventDescription): string => Message;
