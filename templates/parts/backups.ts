import { bucketIn, nameIn, type Site } from '../../shared/preview/model.ts';
import { arn, att, type Part, type Resource, ref, sub, type Value } from '../template.ts';
import { keptBucket } from './bucket.ts';
import source from './file-copier.json' with { type: 'json' };
import { makingInterfaces } from './function-network.ts';
import { logGroup } from './logs.ts';
import { allow, role } from './role.ts';

const PART = 'backups';
const NFS = 2049;
const LOCAL_MOUNT = '/mnt/files';
/** As the pilot itself sees the volume. */
const ACCESS = arn('elasticfilesystem', `access-point/\${AccessPoint}`);
/** Seconds: the longest that a function may run. One run is told how long it may take, which is less. */
const LONGEST = 900;

/**
 * Where the volume's files are copied to, where `backups.at` and `backups.files` ask for it, and the function that copies
 * them: it reads the volume, through the pilot's own access point, and can neither write there nor remove a version of a copy.
 * Its code: `file-copier.cjs`.
 * @param subnets those in which the volume can be reached.
 */
export function backupsParts(site: Site, vpc: Value, subnets: readonly Value[]): Part[] {
  const { backups } = site.manifest;
  return backups?.at && backups.files ? [bucketPart(site, backups.days), copierPart(site, vpc, subnets)] : [];
}

/**
 * A copy is the latest version of an object; what changed or went since then is an older one, and goes after so many days.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
const bucketPart = (site: Site, days: number): Part => ({
  Resources: {
    Backups: keptBucket(site, PART, {
      Id: 'older',
      Status: 'Enabled',
      NoncurrentVersionExpiration: { NoncurrentDays: days },
      ExpiredObjectDeleteMarker: true,
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    }),
    BackupsPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        // By its name, where it has one: what has been left is found again by that alone.
        Bucket: site.account ? bucketIn(site, PART) : ref('Backups'),
        PolicyDocument: ONLY_ENCRYPTED,
      },
    },
  },
  Outputs: { Backups: { Description: 'The bucket with copies of the volume’s files', Value: ref('Backups') } },
});

const ONLY_ENCRYPTED: Value = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OnlyEncrypted',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [att('Backups', 'Arn'), { 'Fn::Join': ['', [att('Backups', 'Arn'), '/*']] }],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
};

const copierPart = (site: Site, vpc: Value, subnets: readonly Value[]): Part => ({
  Resources: {
    BackupsLogs: logGroup(site, 'log-group', PART),
    BackupsGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupName: nameIn(site, 'security-group', PART),
        GroupDescription: 'What copies files: it may reach others, and nobody reaches it',
        VpcId: vpc,
      },
    },
    // Not the volume's own property: each of the two groups would need the other one first.
    BackupsWay: {
      Type: 'AWS::EC2::SecurityGroupIngress',
      Properties: {
        GroupId: att('FilesGroup', 'GroupId'),
        IpProtocol: 'tcp',
        FromPort: NFS,
        ToPort: NFS,
        SourceSecurityGroupId: att('BackupsGroup', 'GroupId'),
        Description: 'from what copies files',
      },
    },
    BackupsRole: role(site, PART, 'lambda.amazonaws.com', [
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], att('BackupsLogs', 'Arn')),
      {
        ...allow(['elasticfilesystem:ClientMount'], arn('elasticfilesystem', `file-system/\${FileSystem}`)),
        Condition: { ArnEquals: { 'elasticfilesystem:AccessPointArn': ACCESS } },
      },
      allow(['s3:ListBucket'], att('Backups', 'Arn')),
      // Of a bucket with versions it is a marker that is put there.
      allow(['s3:DeleteObject', 's3:PutObject'], sub(`\${Backups.Arn}/files/*`)),
      ...makingInterfaces(site, PART),
    ]),
    BackupsCopier: copier(site, subnets),
  },
  Outputs: { BackupsCopier: { Description: 'What copies the volume’s files', Value: ref('BackupsCopier') } },
});

const copier = (site: Site, subnets: readonly Value[]): Resource => ({
  Type: 'AWS::Lambda::Function',
  // Lambda tries the volume as the function is made.
  DependsOn: [...subnets.map((_, index) => `MountTarget${index + 1}`), 'BackupsWay'],
  Properties: {
    FunctionName: nameIn(site, 'function', PART),
    Description: 'Pilotage copies the files on the volume with it',
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    Code: { ZipFile: source.code },
    Role: att('BackupsRole', 'Arn'),
    Timeout: LONGEST,
    MemorySize: 512,
    LoggingConfig: { LogGroup: ref('BackupsLogs') },
    VpcConfig: { SecurityGroupIds: [att('BackupsGroup', 'GroupId')], SubnetIds: subnets },
    FileSystemConfigs: [{ Arn: ACCESS, LocalMountPath: LOCAL_MOUNT }],
    Environment: { Variables: { ROOT: LOCAL_MOUNT, BUCKET: ref('Backups') } },
  },
});
