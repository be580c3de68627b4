import { nameIn, type Site } from '../../shared/preview/model.ts';
import { arn, att, type Part, type Resource, ref, type Value } from '../template.ts';
import { makingInterfaces } from './function-network.ts';
import { logGroup } from './logs.ts';
import { allow, role, type Statement } from './role.ts';
import source from './settings-writer.json' with { type: 'json' };

/** Nobody else on the volume is this user, so nobody else changes what the function writes. */
const WRITER = '65533';
const NFS = 2049;
const LOCAL_MOUNT = '/mnt/configuration';
const PART = 'settings';

/**
 * The function that writes the settings of releases onto the pilot's volume, beside what the pilot itself
 * keeps there: through an access point of its own, and it can reach nothing but the volume. Its code: `settings-writer.cjs`.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html
 * @param subnets those in which the volume can be reached.
 */
export const settingsWriterPart = (site: Site, vpc: Value, subnets: readonly Value[]): Part => ({
  Resources: {
    SettingsAccessPoint: SETTINGS_ACCESS,
    SettingsLogs: logGroup(site, 'log-group', PART),
    SettingsGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupName: nameIn(site, 'security-group', PART),
        GroupDescription: 'What writes settings: it may reach the volume and nothing else',
        VpcId: vpc,
        SecurityGroupEgress: [
          {
            IpProtocol: 'tcp',
            FromPort: NFS,
            ToPort: NFS,
            DestinationSecurityGroupId: att('FilesGroup', 'GroupId'),
            Description: 'to the volume',
          },
        ],
      },
    },
    // Not the volume's own property: each of the two groups would need the other one first.
    SettingsWay: {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        GroupId: att('FilesGroup', 'GroupId'),
        IpProtocol: 'tcp',
        FromPort: NFS,
        ToPort: NFS,
        SourceSecurityGroupId: att('SettingsGroup', 'GroupId'),
        Description: 'from what writes settings',
      },
    },
    SettingsRole: role(site, PART, 'lambda.amazonaws.com', [
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], att('SettingsLogs', 'Arn')),
      writingSettings,
      ...makingInterfaces(site, PART),
    ]),
    SettingsWriter: {
      Type: 'AWS::Lambda::Function',
      // Lambda tries the volume as the function is made.
      DependsOn: [...subnets.map((_, index) => `MountTarget${index + 1}`), 'SettingsWay'],
      Properties: {
        FunctionName: nameIn(site, 'function', PART),
        Description: 'Pilotage writes the settings of each release with it',
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Code: { ZipFile: source.code },
        Role: att('SettingsRole', 'Arn'),
        Timeout: 30,
        MemorySize: 256,
        LoggingConfig: { LogGroup: ref('SettingsLogs') },
        VpcConfig: { SecurityGroupIds: [att('SettingsGroup', 'GroupId')], SubnetIds: subnets },
        FileSystemConfigs: [{ Arn: POINT, LocalMountPath: LOCAL_MOUNT }],
        Environment: { Variables: { ROOT: LOCAL_MOUNT } },
      },
    },
  },
  Outputs: { SettingsWriter: { Description: 'What writes settings onto the volume', Value: ref('SettingsWriter') } },
});

/** Beside the root of the pilot's own access point: what runs there can reach no release's settings but by its own. */
const SETTINGS_ACCESS: Resource = {
  Type: 'AWS::EFS::AccessPoint',
  Properties: {
    FileSystemId: ref('FileSystem'),
    PosixUser: { Uid: WRITER, Gid: WRITER },
    RootDirectory: {
      Path: '/configuration',
      CreationInfo: { OwnerUid: WRITER, OwnerGid: WRITER, Permissions: '0755' },
    },
  },
};

const POINT = arn('elasticfilesystem', `access-point/\${SettingsAccessPoint}`);

/** What runs in the tasks may come to the volume through its access points, by IAM; not as who writes the settings. */
export const neverAsWriter: Statement = {
  Effect: 'Deny',
  Action: ['elasticfilesystem:ClientMount'],
  Resource: arn('elasticfilesystem', `file-system/\${FileSystem}`),
  Condition: { ArnEquals: { 'elasticfilesystem:AccessPointArn': POINT } },
};

const writingSettings: Statement = {
  ...allow(
    ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
    arn('elasticfilesystem', `file-system/\${FileSystem}`),
  ),
  Condition: { ArnEquals: { 'elasticfilesystem:AccessPointArn': POINT } },
};
