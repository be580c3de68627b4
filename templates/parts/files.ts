import { nameIn, type Site } from '../../shared/preview/model.ts';
import { arn, att, type Part, type Resource, ref, type Value } from '../template.ts';
import { allow, type Statement } from './role.ts';

/**
 * The pilot's volume: files that outlive what runs and the stack itself, reached from the pilot's own
 * tasks or instances alone, encrypted on the way, by their role and through an access point.
 * @param subnets one in each zone in which something runs.
 * @param owner user and group whom the files belong to, `1000:1000`.
 */
export const filesPart = (site: Site, vpc: Value, subnets: readonly Value[], owner = USUAL_ID): Part => ({
  Resources: {
    FileSystem: fileSystem(site),
    FilesGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupName: nameIn(site, 'security-group', 'files'),
        GroupDescription: 'The volume: only the tasks may reach it',
        VpcId: vpc,
        SecurityGroupIngress: [
          {
            IpProtocol: 'tcp',
            FromPort: NFS,
            ToPort: NFS,
            SourceSecurityGroupId: att('TargetsGroup', 'GroupId'),
            Description: 'from the tasks',
          },
        ],
      },
    },
    ...Object.fromEntries(
      subnets.map((SubnetId, index) => [
        `MountTarget${index + 1}`,
        {
          Type: 'AWS::EFS::MountTarget',
          Properties: {
            FileSystemId: ref('FileSystem'),
            SubnetId,
            SecurityGroups: [att('FilesGroup', 'GroupId')],
          },
        } satisfies Resource,
      ]),
    ),
    AccessPoint: accessPoint(owner),
  },
  Outputs: {
    FileSystem: { Description: 'The volume', Value: ref('FileSystem') },
    AccessPoint: { Description: 'How the tasks reach the volume', Value: ref('AccessPoint') },
  },
});

const NFS = 2049;
const client = (...actions: string[]): string[] => actions.map((action) => `elasticfilesystem:Client${action}`);
const KEPT = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } as const;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-filesystem.html */
const fileSystem = (site: Site): Resource => ({
  Type: 'AWS::EFS::FileSystem',
  ...KEPT,
  Properties: {
    Encrypted: true,
    PerformanceMode: 'generalPurpose',
    ThroughputMode: 'elastic',
    BackupPolicy: { Status: site.manifest.backups?.files === false ? 'DISABLED' : 'ENABLED' },
    LifecyclePolicies: [
      { TransitionToIA: 'AFTER_30_DAYS' },
      { TransitionToArchive: 'AFTER_90_DAYS' },
      { TransitionToPrimaryStorageClass: 'AFTER_1_ACCESS' },
    ],
    FileSystemTags: [{ Key: 'Name', Value: nameIn(site, 'stack') }],
    FileSystemPolicy: POLICY,
  },
});

/**
 * It allows nothing: a policy of one's own ends that everybody in the network may mount, and what tasks may do stands in their role.
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
const POLICY: Value = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OnlyEncrypted',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    {
      Sid: 'OnlyThroughAnAccessPoint',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: client('Mount', 'Write', 'RootAccess'),
      Condition: { Null: { 'elasticfilesystem:AccessPointArn': 'true' } },
    },
  ],
};

/** Whom the files belong to where the container's user is given by a name, which only the image knows. */
const USUAL_ID = '1000';

/**
 * Another user is another access point; the old one stays, since the live release still mounts through it.
 * https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html
 */
function accessPoint(owner: string): Resource {
  const [user = '', group = ''] = owner.split(':');
  const Uid = numeric(user) ?? USUAL_ID;
  const Gid = numeric(group) ?? Uid;
  return {
    Type: 'AWS::EFS::AccessPoint',
    ...KEPT,
    Properties: {
      FileSystemId: ref('FileSystem'),
      PosixUser: { Uid, Gid },
      RootDirectory: { Path: '/pilot', CreationInfo: { OwnerUid: Uid, OwnerGid: Gid, Permissions: '0750' } },
    },
  };
}

const numeric = (id: string): string | undefined => (/^\d+$/.test(id) ? id : undefined);

/** What the role of tasks or instances may do with the volume: through any of its access points, since the one of the live release may be an older one. */
export const usingFiles = (mount: string | undefined): Statement[] =>
  mount === undefined
    ? []
    : [
        {
          ...allow(client('Mount', 'Write'), arn('elasticfilesystem', `file-system/\${FileSystem}`)),
          Condition: { ArnLike: { 'elasticfilesystem:AccessPointArn': arn('elasticfilesystem', 'access-point/*') } },
        },
      ];
