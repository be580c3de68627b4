import { arn } from '../../templates/template.ts';
import { SMALL } from '../preview/samples.ts';
import { TEMPLATES, templateIn } from './samples.ts';

const VOLUME = `${SMALL.ecs}ecs: {mount: /mnt/efs}\n`;
const OURS = /^Backups/;
const named = (text: string) => Object.keys(templateIn(text).Resources).filter((name) => OURS.test(name));

describe('copies of the volume’s files', () => {
  it('are made where a schedule asks for them, and nowhere else', () => {
    const parts = [
      'Backups',
      'BackupsCopier',
      'BackupsGroup',
      'BackupsLogs',
      'BackupsPolicy',
      'BackupsRole',
      'BackupsWay',
    ];
    expect(named(`${VOLUME}backups: {at: cron(0 3 * * ? *)}\n`).sort()).toEqual(parts);
    expect(named(VOLUME)).toEqual([]);
    expect(named(`${VOLUME}backups: {days: 3}\n`)).toEqual([]);
    expect(named(`${VOLUME}backups: {at: cron(0 3 * * ? *), files: false}\n`)).toEqual([]);
    expect(named(`${SMALL.ecs}database: {}\nbackups: {at: cron(0 3 * * ? *)}\n`)).toEqual([]);
  });

  const template = TEMPLATES['ecs-volume-backups'] as (typeof TEMPLATES)[string];

  it('lie in a bucket that outlives the stack, is private, encrypted and keeps what changed for so many days', () => {
    const bucket = template.Resources.Backups;
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(bucket?.Properties).toMatchObject({
      BucketName: 'acme-shop-production--backups--123456789012',
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [{ NoncurrentVersionExpiration: { NoncurrentDays: 14 }, ExpiredObjectDeleteMarker: true }],
      },
      PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
    // The latest version of a file is its copy: it stays, however long it has not changed.
    expect(JSON.stringify(bucket)).not.toMatch(/"Expiration(InDays|Date)"/);
    expect(JSON.stringify(template.Resources.BackupsPolicy)).toContain('"aws:SecureTransport":"false"');
  });

  it('are made by a function that reads the volume by the pilot’s own access point, and removes no version', () => {
    const copier = template.Resources.BackupsCopier?.Properties;
    expect(copier).toMatchObject({
      FileSystemConfigs: [
        { Arn: arn('elasticfilesystem', `access-point/\${AccessPoint}`), LocalMountPath: '/mnt/files' },
      ],
      Timeout: 900,
    });
    const actions = JSON.stringify(template.Resources.BackupsRole);
    expect(
      [...actions.matchAll(/"(s3|elasticfilesystem):(\w+)"/g)].map(([, service, action]) => `${service}:${action}`),
    ).toEqual([
      'elasticfilesystem:ClientMount',
      'elasticfilesystem:AccessPointArn',
      's3:ListBucket',
      's3:DeleteObject',
      's3:PutObject',
    ]);
  });

  it('reach it through a group of their own', () => {
    expect(template.Resources.BackupsWay?.Properties).toMatchObject({
      GroupId: { 'Fn::GetAtt': ['FilesGroup', 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': ['BackupsGroup', 'GroupId'] },
    });
    expect(template.Resources.BackupsCopier?.DependsOn).toEqual(['MountTarget1', 'MountTarget2', 'BackupsWay']);
  });
});
