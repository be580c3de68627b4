import { type Account, type Application, arnOf, platformArn, standing, tell, type Version } from './account.ts';
import {
  createEnvironment,
  environmentOf,
  swapCnames,
  tagsIn,
  terminateEnvironment,
  updateEnvironment,
} from './environments.ts';
import { environmentMember, eventMember, instanceMember, versionMember } from './members.ts';
import { invalid, Refusal } from './refusal.ts';
import { changedTags } from './tags.ts';
import type { Values } from './wire.ts';

/** What the service does, as far as Pilotage asks for it; each takes and gives what the model says. */
export const OPERATIONS: Record<string, (account: Account, asked: Values) => Values> = {
  DescribeApplications: (account, { ApplicationNames = [] }) => ({
    Applications: [...account.applications.values()]
      .filter(
        ({ name }) => (ApplicationNames as string[]).length === 0 || (ApplicationNames as string[]).includes(name),
      )
      .map((one) => applicationMember(account, one)),
  }),
  CreateApplication(account, asked) {
    const name = String(asked.ApplicationName);
    if (account.applications.has(name)) throw invalid(`Application ${name} already exists.`);
    const made = { name, description: String(asked.Description ?? ''), tags: tagsIn(asked), versions: new Map() };
    account.applications.set(name, made);
    return { Application: applicationMember(account, made) };
  },
  ListTagsForResource(account, { ResourceArn }) {
    const { tags } = applicationAt(account, ResourceArn);
    return { ResourceArn, ResourceTags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
  UpdateTagsForResource(account, asked) {
    const found = applicationAt(account, asked.ResourceArn);
    found.tags = changedTags(found.tags, asked);
    return {};
  },

  DescribeApplicationVersions(account, asked) {
    const found = account.applications.get(String(asked.ApplicationName));
    const wanted = (asked.VersionLabels as string[] | undefined) ?? [];
    const versions = [...(found?.versions.values() ?? [])].filter(
      ({ label }) => wanted.length === 0 || wanted.includes(label),
    );
    return { ApplicationVersions: versions.map((one) => versionMember(String(asked.ApplicationName), one)) };
  },
  CreateApplicationVersion(account, asked) {
    const application = applicationOf(account, asked);
    const label = String(asked.VersionLabel);
    if (application.versions.has(label)) throw invalid(`Application Version ${label} already exists.`);
    const { S3Bucket = '', S3Key = '' } = Object(asked.SourceBundle) as Record<string, string>;
    const version: Version = {
      label,
      description: String(asked.Description ?? ''),
      status: 'Processing',
      bundle: { bucket: S3Bucket, key: S3Key },
      createdAt: new Date(),
    };
    application.versions.set(label, version);
    void account.work.process(version).then((reason) => {
      version.status = reason ? 'Failed' : 'Processed';
      if (reason) tell(account, 'ERROR', reason, { application: application.name, version: label });
    });
    return { ApplicationVersion: versionMember(application.name, version) };
  },
  DeleteApplicationVersion(account, asked) {
    const application = applicationOf(account, asked);
    const label = String(asked.VersionLabel);
    if (!application.versions.has(label)) throw invalid(`No Application Version named '${label}' found.`);
    const user = standing(account).find((one) => one.application === application.name && one.version === label);
    if (user)
      throw new Refusal(
        'OperationInProgressFailure',
        `Application version ${label} is in use by environment ${user.name}.`,
      );
    application.versions.delete(label);
    return {};
  },

  DescribeEnvironments(account, { ApplicationName, EnvironmentNames, IncludeDeleted }) {
    const names = EnvironmentNames as string[] | undefined;
    const from = IncludeDeleted === false ? standing(account) : account.environments;
    const found = from.filter(
      ({ application, name }) =>
        (ApplicationName === undefined || application === ApplicationName) && (!names || names.includes(name)),
    );
    return { Environments: found.map((one) => environmentMember(account, one)) };
  },
  CreateEnvironment: (account, asked) => environmentMember(account, createEnvironment(account, asked)),
  UpdateEnvironment: (account, asked) => environmentMember(account, updateEnvironment(account, asked)),
  TerminateEnvironment: (account, asked) => environmentMember(account, terminateEnvironment(account, asked)),
  SwapEnvironmentCNAMEs(account, asked) {
    swapCnames(account, asked);
    return {};
  },

  DescribeInstancesHealth: (account, asked) => ({
    InstanceHealthList: environmentOf(account, asked.EnvironmentId).instances.map(instanceMember),
    RefreshedAt: new Date(),
  }),
  DescribeEnvironmentHealth(account, asked) {
    const { name, causes } = environmentOf(account, asked.EnvironmentId);
    return { EnvironmentName: name, Causes: causes };
  },
  DescribeEvents(account, asked) {
    const ranks = ['INFO', 'WARN', 'ERROR'];
    const found = account.events.filter(
      (one) =>
        (asked.EnvironmentId === undefined || one.environment === asked.EnvironmentId) &&
        (asked.ApplicationName === undefined || one.application === asked.ApplicationName) &&
        (asked.VersionLabel === undefined || one.version === asked.VersionLabel) &&
        (asked.StartTime === undefined || one.at >= (asked.StartTime as Date)) &&
        ranks.indexOf(one.severity) >= ranks.indexOf(String(asked.Severity ?? 'INFO')),
    );
    // The newest first.
    return { Events: found.toReversed().map(eventMember) };
  },

  ListPlatformVersions(account, { Filters = [] }) {
    const filters = Filters as { Type: string; Values: string[] }[];
    const named = filters.find(({ Type }) => Type === 'PlatformName')?.Values;
    const found = account.platforms.filter(({ name }) => !named || named.includes(name));
    return {
      PlatformSummaryList: found.map((one) => ({
        PlatformArn: platformArn(account, one),
        PlatformOwner: 'AWSElasticBeanstalk',
        PlatformStatus: 'Ready',
        PlatformVersion: one.version,
        PlatformBranchLifecycleState: one.branch,
      })),
    };
  },
  ListAvailableSolutionStacks: ({ platforms }) => ({
    SolutionStacks: platforms
      .filter(({ branch }) => branch !== 'Retired')
      .map(({ name, version }) => name.replace(/^(.+) running on (.+)$/, `$2 v${version} running $1`)),
    SolutionStackDetails: [],
  }),
};

function applicationOf(account: Account, { ApplicationName }: Values): Application {
  const found = account.applications.get(String(ApplicationName));
  if (!found) throw invalid(`No Application named '${ApplicationName}' found.`);
  return found;
}

/** Of all that has tags, only applications are asked for theirs. */
function applicationAt(account: Account, arn: unknown): Application {
  const found = [...account.applications.values()].find(({ name }) => arnOf(account, 'application', name) === arn);
  if (!found) throw new Refusal('ResourceNotFoundException', `Resource not found for: ${arn}`);
  return found;
}

const applicationMember = (account: Account, { name, description }: Application): Values => ({
  ApplicationArn: arnOf(account, 'application', name),
  ApplicationName: name,
  Description: description,
});
