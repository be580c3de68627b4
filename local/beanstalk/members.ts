import { type Account, arnOf, type Environment, type Event, type Version } from './account.ts';
import type { Values } from './wire.ts';

/** How the service's answers tell of what there is. */
export const environmentMember = (account: Account, one: Environment): Values => ({
  EnvironmentName: one.name,
  EnvironmentId: one.id,
  EnvironmentArn: arnOf(account, 'environment', `${one.application}/${one.name}`),
  ApplicationName: one.application,
  VersionLabel: one.version,
  PlatformArn: one.platform,
  Description: one.description,
  CNAME: one.cname,
  DateCreated: one.createdAt,
  DateUpdated: one.updatedAt,
  Status: one.status,
  AbortableOperationInProgress: one.status === 'Updating',
  Health: one.health,
  HealthStatus: one.healthStatus,
  Tier: { Name: 'WebServer', Type: 'Standard', Version: '1.0' },
  EnvironmentLinks: [],
  OperationsRole: one.operationsRole,
});

export const versionMember = (
  ApplicationName: string,
  { label, description, status, bundle, createdAt }: Version,
): Values => ({
  ApplicationName,
  VersionLabel: label,
  Description: description,
  SourceBundle: { S3Bucket: bundle.bucket, S3Key: bundle.key },
  DateCreated: createdAt,
  DateUpdated: createdAt,
  Status: status,
});

export const instanceMember = ({
  id,
  version,
  deployed,
  status,
  causes,
}: Environment['instances'][number]): Values => ({
  InstanceId: id,
  HealthStatus: status,
  Causes: causes,
  Deployment: { VersionLabel: version, Status: deployed, DeploymentId: 1 },
});

export const eventMember = ({ at, severity, message, application, environmentName, version }: Event): Values => ({
  EventDate: at,
  Message: message,
  ApplicationName: application,
  Severity: severity,
  EnvironmentName: environmentName,
  VersionLabel: version,
});
