import {
  type Account,
  type Environment,
  newId,
  platformArn,
  setHealth,
  standing,
  tell,
  type Version,
} from './account.ts';
import { invalid, Refusal } from './refusal.ts';
import type { Values } from './wire.ts';

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_CreateEnvironment.html */
export function createEnvironment(account: Account, asked: Values): Environment {
  const name = String(asked.EnvironmentName ?? '');
  const application = account.applications.get(String(asked.ApplicationName));
  if (!application) throw invalid(`No Application named '${asked.ApplicationName}' found.`);
  if (!/^[a-zA-Z0-9][a-zA-Z0-9-]{2,38}[a-zA-Z0-9]$/.test(name))
    throw invalid(`Value ${name} at 'EnvironmentName' failed to satisfy constraint.`);
  if (standing(account).some((one) => one.name === name)) throw invalid(`Environment ${name} already exists.`);
  if (standing(account).length >= account.most)
    throw new Refusal('TooManyEnvironmentsException', 'You cannot have more than the current limit of environments.');
  const version = versionOf(account, application.name, String(asked.VersionLabel));
  const known = account.platforms.find((one) => platformArn(account, one) === asked.PlatformArn);
  if (!known || known.branch === 'Retired') throw invalid(`No Platform named '${asked.PlatformArn}' found.`);
  const settings = settingsIn(asked);
  const environment: Environment = {
    id: newId(),
    name,
    application: application.name,
    description: String(asked.Description ?? ''),
    version: version.label,
    platform: String(asked.PlatformArn),
    cname: cnameFor(account, name, asked.CNAMEPrefix as string | undefined),
    status: 'Launching',
    health: 'Grey',
    healthStatus: 'Pending',
    causes: [],
    desired: Number(settings['aws:autoscaling:asg:MinSize'] ?? 1),
    instances: [],
    settings,
    operationsRole: String(asked.OperationsRole ?? ''),
    tags: tagsIn(asked),
    createdAt: new Date(),
    updatedAt: new Date(),
  };
  account.environments.push(environment);
  tell(account, 'INFO', 'createEnvironment is starting.', { application: application.name, environment });
  void deploy(account, environment, version, 'Failed to launch environment.');
  return environment;
}

function cnameFor(account: Account, name: string, prefix: string | undefined): string {
  const host = prefix
    ? `${prefix}.${account.region}.elasticbeanstalk.com`
    : `${name}.eba-${newId().slice(2)}.${account.region}.elasticbeanstalk.com`;
  const cname = host.toLowerCase();
  if (standing(account).some((one) => one.cname === cname)) throw invalid(`DNS name (${cname}) is not available.`);
  return cname;
}

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_UpdateEnvironment.html */
export function updateEnvironment(account: Account, asked: Values): Environment {
  if (asked.VersionLabel !== undefined && (asked.OptionSettings !== undefined || asked.PlatformArn !== undefined))
    throw new Refusal('InvalidParameterCombination', 'Release and configuration cannot be updated at the same time.');
  const environment = environmentOf(account, asked.EnvironmentId);
  mustBeReady(environment);
  if (asked.Description !== undefined) environment.description = String(asked.Description);
  if (asked.VersionLabel === undefined) return environment;
  const version = versionOf(account, environment.application, String(asked.VersionLabel));
  environment.version = version.label;
  begin(environment, 'Updating');
  tell(account, 'INFO', 'Environment update is starting.', { application: environment.application, environment });
  void deploy(account, environment, version, 'Failed to deploy application.');
  return environment;
}

async function deploy(account: Account, environment: Environment, version: Version, failure: string): Promise<void> {
  const reason = await account.work.deploy(environment, version);
  if (environment.status === 'Terminating' || environment.status === 'Terminated') return;
  environment.instances = Array.from({ length: environment.desired }, (_, index) => ({
    ...instanceOf(environment, index),
    deployed: reason ? 'Failed' : 'Deployed',
    status: reason ? 'Severe' : 'Ok',
    causes: reason ? [reason] : [],
  }));
  begin(environment, 'Ready');
  setHealth(environment, reason ? 'Red' : 'Green', reason ? [reason] : []);
  const about = { application: environment.application, environment };
  if (reason) tell(account, 'ERROR', `${failure} ${reason}`, about);
  else tell(account, 'INFO', 'New application version was deployed to running EC2 instances.', about);
}

const instanceOf = ({ id, version }: Environment, index: number): Environment['instances'][number] => ({
  id: `i-${id.slice(2)}${index}`,
  version,
  deployed: 'Deployed',
  status: 'Ok',
  causes: [],
});

/** Its Auto Scaling group is to have another size: the environment stays ready while instances come with its version, or go. */
export async function resize(account: Account, environment: Environment, desired: number): Promise<void> {
  environment.desired = desired;
  const { version: label } = environment;
  await account.work.resize(environment, versionOf(account, environment.application, label));
  if (environment.status !== 'Ready' || environment.version !== label || environment.desired !== desired) return;
  const { instances } = environment;
  environment.instances = Array.from(
    { length: desired },
    (_, index) => instances[index] ?? instanceOf(environment, index),
  );
}

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_TerminateEnvironment.html */
export function terminateEnvironment(account: Account, asked: Values): Environment {
  const environment = environmentOf(account, asked.EnvironmentId);
  if (environment.status === 'Updating') mustBeReady(environment);
  if (environment.status === 'Terminating') return environment;
  begin(environment, 'Terminating');
  tell(account, 'INFO', 'terminateEnvironment is starting.', { application: environment.application, environment });
  void account.work.terminate(environment).then(() => {
    begin(environment, 'Terminated');
    environment.instances = [];
  });
  return environment;
}

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/api/API_SwapEnvironmentCNAMEs.html */
export function swapCnames(account: Account, asked: Values): void {
  const one = environmentOf(account, asked.SourceEnvironmentId);
  const other = environmentOf(account, asked.DestinationEnvironmentId);
  for (const environment of [one, other]) mustBeReady(environment);
  [one.cname, other.cname] = [other.cname, one.cname];
  for (const environment of [one, other])
    tell(account, 'INFO', `Completed swapping CNAMEs for environments '${one.name}' and '${other.name}'.`, {
      application: environment.application,
      environment,
    });
}

export function environmentOf(account: Account, id: unknown): Environment {
  const found = standing(account).find((one) => one.id === id);
  if (!found) throw invalid(`No Environment found for EnvironmentId = '${id}'.`);
  return found;
}

export function versionOf(account: Account, application: string, label: string): Version {
  const found = account.applications.get(application)?.versions.get(label);
  if (!found) throw invalid(`No Application Version named '${label}' found.`);
  return found;
}

function mustBeReady({ name, status }: Environment): void {
  if (status === 'Ready') return;
  throw invalid(`Environment named ${name} is in an invalid state for this operation. Must be Ready.`);
}

function begin(environment: Environment, status: Environment['status']): void {
  environment.status = status;
  environment.updatedAt = new Date();
}

export const tagsIn = ({ Tags = [] }: Values): Record<string, string> =>
  Object.fromEntries((Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));

const settingsIn = ({ OptionSettings = [] }: Values): Record<string, string> =>
  Object.fromEntries(
    (OptionSettings as Record<string, string>[]).map(({ Namespace, ResourceName, OptionName, Value = '' }) => [
      [Namespace, ResourceName, OptionName].filter(Boolean).join(':'),
      Value,
    ]),
  );
