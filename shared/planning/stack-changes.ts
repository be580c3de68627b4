import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';
import type { StackChange } from '../preview/stack.ts';

/** Types of resources that hold what cannot be made again. */
const DATA = new Set([
  'AWS::Backup::BackupVault',
  'AWS::Cognito::UserPool',
  'AWS::DocDB::DBCluster',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::EC2::Volume',
  'AWS::ECR::Repository',
  'AWS::EFS::FileSystem',
  'AWS::ElastiCache::CacheCluster',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::KMS::Key',
  'AWS::Kinesis::Stream',
  'AWS::Logs::LogGroup',
  'AWS::Neptune::DBCluster',
  'AWS::OpenSearchService::Domain',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::Redshift::Cluster',
  'AWS::Route53::HostedZone',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SSM::Parameter',
  'AWS::SecretsManager::Secret',
]);

export const holdsData = (type: string): boolean => DATA.has(type);

/**
 * What a change set says, in few words.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
 */
export function changesFrom(changes: Change[]): StackChange[] {
  return changes.flatMap(({ ResourceChange: of }) => {
    if (!of) return [];
    const action = actionOf(of);
    const type = of.ResourceType ?? '';
    const isEnding = action === 'delete' || action === 'replace' || action === 'maybe-replace';
    return [
      {
        action,
        type,
        logicalId: of.LogicalResourceId ?? '',
        ...(of.PhysicalResourceId && { name: of.PhysicalResourceId }),
        settings: settingsOf(of),
        ...(isEnding && holdsData(type) && { data: fateOf(of) }),
      },
    ];
  });
}

function actionOf({ Action: action, Replacement: replacement }: ResourceChange): StackChange['action'] {
  if (action === 'Add') return 'create';
  if (action === 'Import') return 'import';
  if (action === 'Remove') return 'delete';
  if (replacement === 'True') return 'replace';
  // `Dynamic` depends on what another change brings.
  return replacement === 'Conditional' || action === 'Dynamic' ? 'maybe-replace' : 'change';
}

const settingsOf = ({ Details: details = [] }: ResourceChange): string[] => [
  ...new Set(
    details.flatMap(({ Target: target }) =>
      target?.Attribute === 'Properties' ? (target.Name ?? []) : (target?.Attribute ?? []),
    ),
  ),
];

/** The template's own policy: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html */
function fateOf({ PolicyAction }: ResourceChange): NonNullable<StackChange['data']> {
  const policy: string = PolicyAction ?? '';
  if (policy.endsWith('Retain')) return 'retained';
  return policy.endsWith('Snapshot') ? 'snapshot' : 'lost';
}
