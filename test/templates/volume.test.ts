import type { Template } from '../../templates/template.ts';
import { at, of, statementsOf } from './reading.ts';
import { TEMPLATES } from './samples.ts';

describe('a volume', () => {
  const only = (name: string, type: string) => of(TEMPLATES[name] as Template, type)[0]?.Properties;
  const subnetsOf = (name: string) =>
    of(TEMPLATES[name] as Template, 'AWS::EFS::MountTarget').map(({ Properties }) => Properties?.SubnetId);

  it('can be reached in each zone that has tasks, and in no other', () => {
    const own = [1, 2, 3].map((number) => ({ Ref: `PrivateSubnet${number}` }));
    const shared = [0, 1, 2].map((index) => ({ 'Fn::Select': [index, { Ref: 'SharedPrivateSubnets' }] }));
    for (const [name, subnets] of [
      ['ecs-volume', own],
      ['ecs-shared-hosts', shared],
    ] as const) {
      expect(subnetsOf(name)).toEqual(subnets);
      expect(TEMPLATES[name]?.Outputs?.Subnets?.Value).toEqual({ 'Fn::Join': [',', subnets] });
    }
    expect(at(only('ecs-shared-hosts', 'AWS::AutoScaling::AutoScalingGroup'), 'VPCZoneIdentifier')).toEqual(shared);
  });

  it('is let in to by the tasks alone', () => {
    expect(TEMPLATES['ecs-volume']?.Resources.FilesGroup?.Properties?.SecurityGroupIngress).toEqual([
      expect.objectContaining({
        ...{ FromPort: 2049, ToPort: 2049 },
        SourceSecurityGroupId: { 'Fn::GetAtt': ['TargetsGroup', 'GroupId'] },
      }),
    ]);
  });

  it('is encrypted, backed up, and refuses whoever comes unencrypted or past its access points', () => {
    expect(only('ecs-volume', 'AWS::EFS::FileSystem')).toMatchObject({
      Encrypted: true,
      ThroughputMode: 'elastic',
      BackupPolicy: { Status: 'ENABLED' },
    });
    const statements = at(only('ecs-volume', 'AWS::EFS::FileSystem'), 'FileSystemPolicy', 'Statement') as object[];
    expect(statements.map((one) => [at(one, 'Effect'), at(one, 'Condition')])).toEqual([
      ['Deny', { Bool: { 'aws:SecureTransport': 'false' } }],
      ['Deny', { Null: { 'elasticfilesystem:AccessPointArn': 'true' } }],
    ]);
  });

  it.each([
    ['ecs-volume', '1001', '1002'],
    ['ecs-shared-hosts', '1000', '1000'],
  ])('belongs to the user of the container where that is a number: %s', (name, Uid, Gid) => {
    expect(only(name, 'AWS::EFS::AccessPoint')).toMatchObject({
      PosixUser: { Uid, Gid },
      RootDirectory: { CreationInfo: { OwnerUid: Uid, OwnerGid: Gid } },
    });
  });

  it('is the task’s to read and write, and not to administer', () => {
    const rights = statementsOf(TEMPLATES['ecs-volume'] as Template).filter(({ Action }) =>
      Action.some((action) => action.startsWith('elasticfilesystem:')),
    );
    expect(rights).toEqual([
      {
        Effect: 'Allow',
        Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
        Resource: {
          'Fn::Sub':
            'arn:\u0024{AWS::Partition}:elasticfilesystem:\u0024{AWS::Region}:\u0024{AWS::AccountId}:file-system/\u0024{FileSystem}',
        },
        Condition: expect.objectContaining({ ArnLike: expect.anything() }),
      },
    ]);
  });

  it('is not there where nothing mounts it', () => {
    expect(of(TEMPLATES['ecs-small'] as Template, 'AWS::EFS::FileSystem')).toEqual([]);
    expect(JSON.stringify(TEMPLATES['ecs-small'])).not.toContain('elasticfilesystem');
  });
});
