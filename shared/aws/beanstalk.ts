import {
  CreateEnvironmentCommand,
  DescribeEnvironmentsCommand,
  ElasticBeanstalkClient,
  type EnvironmentDescription,
  SwapEnvironmentCNAMEsCommand,
  TerminateEnvironmentCommand,
  UpdateEnvironmentCommand,
} from '@aws-sdk/client-elastic-beanstalk';
import { clientConfig } from './config.ts';

/** The client of all ports that speak to Elastic Beanstalk. */
export const beanstalk = new ElasticBeanstalkClient(clientConfig);

/** So long a swap may be on its way to Elastic Beanstalk, milliseconds. */
const SWAP_TIMEOUT_MS = 5_000;

/** A swap that is sent twice undoes itself: this client never sends anything again. */
const once = new ElasticBeanstalkClient({
  ...clientConfig,
  maxAttempts: 1,
  requestHandler: { ...clientConfig.requestHandler, requestTimeout: SWAP_TIMEOUT_MS },
});

export interface Environment {
  /** `e-abcdefghij`; another one of the same name has another. */
  id: string;
  name: string;
  description: string;
  /** The label of its application version. */
  version: string;
  /** The ARN of its platform, with the platform's version. */
  platform: string;
  /** The host that leads to it, in lower case. */
  cname: string;
  status: 'Launching' | 'Updating' | 'Ready' | 'Terminating' | string;
  health: 'Green' | 'Yellow' | 'Red' | 'Grey' | string;
  healthStatus: string;
  changedAt: Date;
}

/** Those of an application. @param terminated also those that were, within the hour. */
export async function listEnvironments(application: string, { terminated = false } = {}): Promise<Environment[]> {
  const environments: Environment[] = [];
  let from: string | undefined;
  do {
    const page = await beanstalk.send(
      new DescribeEnvironmentsCommand({
        ApplicationName: application,
        IncludeDeleted: terminated,
        ...(from && { NextToken: from }),
      }),
    );
    environments.push(...(page.Environments ?? []).map(environmentOf));
    from = page.NextToken;
  } while (from);
  return environments.filter(({ status }) => terminated || status !== 'Terminated');
}

/** One option of an environment. */
export interface Setting {
  namespace: string;
  /** Which of several of a kind: of actions at a time. */
  resource?: string;
  name: string;
  value: string;
}

export interface NewEnvironment {
  application: string;
  name: string;
  description: string;
  version: string;
  platform: string;
  /** Before `.<region>.elasticbeanstalk.com`; without it AWS makes one up. */
  prefix?: string;
  settings: Setting[];
  /** What Elastic Beanstalk makes instances and load balancers with, in place of who calls. */
  operationsRole: string;
  tags: Record<string, string>;
}

/** @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateEnvironment.html */
export async function createEnvironment(wanted: NewEnvironment): Promise<void> {
  await beanstalk.send(
    new CreateEnvironmentCommand({
      ApplicationName: wanted.application,
      EnvironmentName: wanted.name,
      Description: wanted.description,
      VersionLabel: wanted.version,
      PlatformArn: wanted.platform,
      ...(wanted.prefix && { CNAMEPrefix: wanted.prefix }),
      Tier: { Name: 'WebServer', Type: 'Standard' },
      OptionSettings: wanted.settings.map(({ namespace, resource, name, value }) => ({
        Namespace: namespace,
        ...(resource && { ResourceName: resource }),
        OptionName: name,
        Value: value,
      })),
      OperationsRole: wanted.operationsRole,
      Tags: tagsOf(wanted.tags),
    }),
  );
}

/**
 * Elastic Beanstalk changes version or configuration in one call, never both.
 * @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_UpdateEnvironment.html
 */
export async function deployVersion(
  { id }: Pick<Environment, 'id'>,
  version: string,
  description: string,
): Promise<void> {
  const input = { EnvironmentId: id, VersionLabel: version, Description: description };
  await beanstalk.send(new UpdateEnvironmentCommand(input));
}

/** The application that an environment of this name is of, whosever that is; undefined when there is none. */
export async function whoseEnvironment(name: string): Promise<string | undefined> {
  const { Environments = [] } = await beanstalk.send(new DescribeEnvironmentsCommand({ EnvironmentNames: [name] }));
  return Environments.find(({ Status }) => Status !== 'Terminated')?.ApplicationName;
}

/** One that is being terminated already is no error. */
export async function terminateEnvironment({ id }: Pick<Environment, 'id'>): Promise<void> {
  try {
    await beanstalk.send(new TerminateEnvironmentCommand({ EnvironmentId: id, TerminateResources: true }));
  } catch (error) {
    if (!(error instanceof Error) || !/No Environment found/i.test(error.message)) throw error;
  }
}

/**
 * Lets each have the other's CNAME. It knows no condition, and done twice it is undone: it is sent once, and
 * what came of it tells a look at both.
 * @see https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_SwapEnvironmentCNAMEs.html
 */
export async function swapCnames(one: Pick<Environment, 'id'>, other: Pick<Environment, 'id'>): Promise<void> {
  await once.send(
    new SwapEnvironmentCNAMEsCommand({ SourceEnvironmentId: one.id, DestinationEnvironmentId: other.id }),
  );
}

export const tagsOf = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const environmentOf = (found: EnvironmentDescription): Environment => ({
  id: found.EnvironmentId ?? '',
  name: found.EnvironmentName ?? '',
  description: found.Description ?? '',
  version: found.VersionLabel ?? '',
  platform: found.PlatformArn ?? '',
  cname: (found.CNAME ?? '').toLowerCase(),
  status: found.Status ?? '',
  health: found.Health ?? 'Grey',
  healthStatus: found.HealthStatus ?? 'NoData',
  changedAt: found.DateUpdated ?? found.DateCreated ?? new Date(0),
});
