import { type Database, ownDatabase, restoredAs } from '../../shared/preview/database.ts';
import { templateOf } from '../../templates/index.ts';
import type { Template } from '../../templates/template.ts';
import { beanstalk, SMALL } from '../preview/samples.ts';
import { at, of, statementsOf, texts } from './reading.ts';
import { siteOf, TEMPLATES, templateIn } from './samples.ts';

const TYPE = 'AWS::RDS::DBInstance';
const named = (name: string) => TEMPLATES[name] as Template;
const database = (template: Template) => at(template.Resources, 'Database', 'Properties') as Record<string, unknown>;
const withDatabase = (section: string) => templateIn(`${SMALL.ecs}database: {${section}}\n`);
const OWN = Object.keys(TEMPLATES).filter((name) => /database(?!-elsewhere)/.test(name));

describe.each(OWN)('the database of %s', (name) => {
  const template = named(name);

  it('is encrypted, private, and leaves a snapshot when it goes', () => {
    expect(template.Resources.Database).toMatchObject({ DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' });
    expect(database(template)).toMatchObject({
      StorageEncrypted: true,
      StorageType: 'gp3',
      CopyTagsToSnapshot: true,
      DeletionProtection: { Ref: 'DatabaseProtection' },
    });
    for (const { Properties } of of(template, TYPE)) expect(Properties?.PubliclyAccessible).toBe(false);
  });

  it('is reached from what runs the pilot alone, on one port', () => {
    const rules = at(template.Resources, 'DatabaseGroup', 'Properties', 'SecurityGroupIngress') as object[];
    expect(rules).toHaveLength(1);
    const from = String(at(rules, 0, 'SourceSecurityGroupId', 'Fn::GetAtt', 0));
    expect(template.Resources[from]?.Type).toBe('AWS::EC2::SecurityGroup');
    expect(at(rules, 0, 'FromPort')).toBe(at(rules, 0, 'ToPort'));
  });

  it('takes encrypted connections alone', () => {
    const { Parameters, Family } = at(template.Resources, 'DatabaseParameters', 'Properties') as {
      Parameters: object;
      Family: string;
    };
    const name = Family.startsWith('postgres') ? 'rds.force_ssl' : 'require_secure_transport';
    expect(Parameters).toMatchObject({ [name]: '1' });
  });

  it('stands in two zones’ subnets at least, from which nothing leads out where they are its own', () => {
    const subnets = at(template.Resources, 'DatabaseSubnets', 'Properties', 'SubnetIds');
    if (!Array.isArray(subnets)) return expect(subnets).toEqual({ Ref: 'SharedPrivateSubnets' });
    expect(subnets.length).toBeGreaterThanOrEqual(2);
    const zones = subnets.map(({ Ref }) => JSON.stringify(template.Resources[Ref]?.Properties?.AvailabilityZone));
    expect(new Set(zones).size).toBe(subnets.length);
    const routes = of(template, 'AWS::EC2::Route').map(({ Properties }) => at(Properties, 'RouteTableId', 'Ref'));
    expect(routes).not.toContain('DatabaseRoutes');
  });

  it('tells all that a release has to know, and no password', () => {
    const told = Object.keys(template.Outputs ?? {}).filter((one) => one.startsWith('Database'));
    for (const one of ['Host', 'Port', 'Name', 'User', 'Secret', 'Id', 'Guard'])
      expect(told).toContain(`Database${one}`);
    expect(JSON.stringify(template.Outputs)).not.toContain('{{resolve');
  });

  it('has its logs made before it, so that they are not kept for ever', () => {
    const after = template.Resources.Database?.DependsOn ?? [];
    expect(after.length).toBe(2);
    for (const log of after) {
      expect(template.Resources[log]?.Properties?.RetentionInDays).toBeGreaterThan(0);
      const { DBInstanceIdentifier: id } = database(template);
      expect(template.Resources[log]?.Properties?.LogGroupName).toMatch(new RegExp(`^/aws/rds/instance/${id}/`));
    }
  });
});

describe('the password', () => {
  it('is made and rotated by RDS, unless the manifest says where one lies', () => {
    expect(database(withDatabase(''))).toMatchObject({ ManageMasterUserPassword: true });
    expect(database(withDatabase(''))).not.toHaveProperty('MasterUserPassword');
    const given = database(withDatabase('password: "secret:db#word"'));
    expect(given.MasterUserPassword).toBe(
      '{{resolve:secretsmanager:pilots/acme-shop/production/db:SecretString:word}}',
    );
    expect(given).not.toHaveProperty('ManageMasterUserPassword');
    expect(database(withDatabase('password: "secret:/shared/db"')).MasterUserPassword).toBe(
      '{{resolve:secretsmanager:shared/db:SecretString}}',
    );
  });

  const reading = (template: Template, role: string) =>
    statementsOf({ ...template, Resources: { Role: template.Resources[role] as never } })
      .filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue'))
      .map(({ Resource }) => Resource);
  const made = { 'Fn::GetAtt': ['Database', 'MasterUserSecret.SecretArn'] };

  it.each([
    ['ecs', 'TaskRole', made],
    ['ecs', 'ExecutionRole', [made]],
    ['ec2', 'InstanceRole', [made]],
    ['beanstalk', 'InstanceRole', [made]],
    ['lambda', 'FunctionRole', [made]],
  ] as const)('may be read by the roles that need it, and no other secret: %s, %s', (target, role, resource) => {
    const text = `${SMALL[target]}${target === 'beanstalk' ? beanstalk() : ''}database: {}\n`;
    expect(reading(templateIn(text), role)).toEqual([resource]);
  });

  it('that lies elsewhere may be read there, and so may an address', () => {
    const secret = (name: string) =>
      expect.stringMatching(new RegExp(`:secret:pilots/acme-shop/production/${name}-\\?{6}$`));
    const text = (section: string) => templateIn(`${SMALL.ecs}database: {${section}}\n`);
    expect(texts(reading(text('password: "secret:db#word"'), 'TaskRole'))).toEqual([secret('db')]);
    expect(texts(reading(text('url: "secret:address"'), 'ExecutionRole'))).toEqual([secret('address')]);
    expect(reading(text('url: "secret:address"'), 'TaskRole')).toEqual([]);
  });
});

describe('a database', () => {
  it('is what the manifest says', () => {
    const section =
      'engine: mariadb, version: "11.4", name: shop, user: owner, class: db.r7g.large, storage: 40, maxStorage: 80, multiAz: true';
    const made = templateIn(`${SMALL.ecs}database: {${section}}\nbackups: {days: 30}\n`);
    expect(database(made)).toMatchObject({
      Engine: 'mariadb',
      EngineVersion: '11.4',
      DBName: 'shop',
      MasterUsername: 'owner',
      DBInstanceClass: 'db.r7g.large',
      AllocatedStorage: '40',
      MaxAllocatedStorage: 80,
      MultiAZ: true,
      BackupRetentionPeriod: 30,
      AutoMinorVersionUpgrade: true,
    });
  });

  it('keeps a minor version that is named, and its storage where it may not grow', () => {
    const made = database(withDatabase('version: "17.10", storage: 50, maxStorage: 50'));
    expect(made.AutoMinorVersionUpgrade).toBe(false);
    expect(made).not.toHaveProperty('MaxAllocatedStorage');
  });

  it.each([
    ['', true],
    ['engine: mysql', false],
    ['engine: mysql, class: db.t4g.medium', true],
    ['engine: mariadb, class: db.t3.small', false],
    ['engine: mariadb, class: db.m7g.large', true],
  ])('has Performance Insights where RDS has them for its class: {%s}', (section, is) => {
    expect(database(withDatabase(section)).EnablePerformanceInsights).toBe(is ? true : undefined);
  });

  it('takes the manifest’s parameters over Pilotage’s own', () => {
    const made = withDatabase('parameters: {rds.force_ssl: "0", work_mem: "8192"}');
    expect(at(made.Resources, 'DatabaseParameters', 'Properties')).toMatchObject({
      Family: 'postgres18',
      Parameters: { 'rds.force_ssl': '0', work_mem: '8192' },
    });
  });

  it('has copies that say nothing that RDS takes from the database itself', () => {
    const copies = of(named('ecs-database-mysql'), TYPE).filter(
      ({ Properties }) => Properties?.SourceDBInstanceIdentifier,
    );
    expect(copies).toHaveLength(2);
    for (const { DeletionPolicy, Properties = {} } of copies) {
      expect(DeletionPolicy).toBe('Delete');
      for (const name of [
        'Engine',
        'DBName',
        'MasterUsername',
        'AllocatedStorage',
        'StorageEncrypted',
        'DBSubnetGroupName',
      ])
        expect(Properties).not.toHaveProperty(name);
    }
  });

  it.each([
    ['{}', 'protected'],
    ['{replace: true}', 'protected'],
    ['{deletionProtection: false}', 'kept'],
    ['{deletionProtection: false, replace: true}', 'replaceable'],
  ])('tells whether it may go: %s', (section, guard) => {
    const { Outputs = {} } = templateIn(`${SMALL.ecs}database: ${section}\n`);
    expect(Outputs.DatabaseGuard?.Value).toBe(guard);
  });

  it('that lies elsewhere makes nothing', () => {
    for (const name of ['ecs-database-elsewhere', 'lambda-database-elsewhere'])
      expect(Object.values(named(name).Resources).filter(({ Type }) => Type.startsWith('AWS::RDS::'))).toEqual([]);
  });

  it('stands in what its group names: tasks, instances, functions, and instances that answer by themselves', () => {
    const from = (name: string) =>
      at(
        named(name).Resources,
        'DatabaseGroup',
        'Properties',
        'SecurityGroupIngress',
        0,
        'SourceSecurityGroupId',
        'Fn::GetAtt',
        0,
      );
    expect(
      ['ecs-database', 'ec2-database', 'beanstalk-database', 'beanstalk-single-database', 'lambda-database'].map(from),
    ).toEqual(['TargetsGroup', 'TargetsGroup', 'InstancesGroup', 'FrontGroup', 'FunctionGroup']);
  });
});

describe('a database that was made from a snapshot', () => {
  const site = siteOf(`${SMALL.ecs}database: {storage: 20}\n`);
  const own = ownDatabase(site.manifest) as Database;
  const restored = restoredAs(own, 'nightly', 45, 'the deployment');
  const made = templateOf({ ...site, restored }) as Template;
  const first = templateOf(site) as Template;

  it('names it, and nothing that the snapshot has of its own', () => {
    expect(database(made)).toMatchObject({
      DBSnapshotIdentifier: 'nightly',
      ManageMasterUserPassword: true,
      AllocatedStorage: '45',
      Engine: 'postgres',
    });
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
    for (const name of [
      'DBName',
      'MasterUsername',
      'StorageEncrypted',
      'KmsKeyId',
      'CharacterSetName',
      'Timezone',
      'DeleteAutomatedBackups',
    ])
      expect(database(made)).not.toHaveProperty(name);
    expect(made.Outputs?.DatabaseSnapshot?.Value).toBe('nightly');
    expect(first.Outputs).not.toHaveProperty('DatabaseSnapshot');
  });

  it('cannot keep its automatic backups, which one that was made empty leaves', () => {
    expect(database(first)).toMatchObject({ DeleteAutomatedBackups: false });
    expect(database(made)).not.toHaveProperty('DeleteAutomatedBackups');
  });

  it('has another name than the one before, and so have its logs', () => {
    const ids = (template: Template) =>
      of(template, TYPE).map(({ Properties }) => String(Properties?.DBInstanceIdentifier));
    expect(ids(made).filter((id) => ids(first).includes(id))).toEqual([]);
    const after = (template: Template) => template.Resources.Database?.DependsOn ?? [];
    expect(after(made).filter((id) => after(first).includes(id))).toEqual([]);
    for (const log of after(made))
      expect(made.Resources[log]?.Properties?.LogGroupName).toMatch(
        new RegExp(`^/aws/rds/instance/${database(made).DBInstanceIdentifier}/`),
      );
  });

  it('has another name each time that the same snapshot is gone back to, and the same for the same deployment', () => {
    expect(restoredAs(own, 'nightly', 45, 'another').id).not.toBe(restored.id);
    expect(restoredAs(own, 'nightly', 45, 'the deployment')).toEqual(restored);
  });

  it('keeps its storage and its name with a manifest that wants it otherwise, and is another one only where it has to be', () => {
    const larger = templateOf({ ...siteOf(`${SMALL.ecs}database: {storage: 60}\n`), restored }) as Template;
    expect(database(larger)).toMatchObject({
      AllocatedStorage: '60',
      DBInstanceIdentifier: database(made).DBInstanceIdentifier,
    });
    const other = templateOf({ ...siteOf(`${SMALL.ecs}database: {name: shop}\n`), restored }) as Template;
    expect(database(other)).toMatchObject({ DBName: 'shop', MasterUsername: 'app', StorageEncrypted: true });
    expect(database(other)).not.toHaveProperty('DBSnapshotIdentifier');
    expect(other.Outputs).not.toHaveProperty('DatabaseSnapshot');
  });
});
