import { load } from './samples.ts';

const HEAD = 'apiVersion: pilotage/v1\nname: acme\n';
const ECS = `${HEAD}target: ecs\nsource: {image: acme/shop:1}\n`;
const LAMBDA = `${HEAD}target: lambda\nsource: {artifact: shop.zip}\n`;

const BEANSTALK = `${HEAD}target: beanstalk\nsource: {artifact: shop.zip}\nbeanstalk: {platform: Node.js 24 running on 64bit Amazon Linux 2023`;

const said = (text: string): string[] => {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.problems.map(({ code, message, place }) => `${code} ${place?.path}: ${message}`);
};

describe('the variables that Pilotage gives', () => {
  it.each(['ENGINE', 'HOST', 'PORT', 'NAME', 'USER', 'SECRET', 'PASSWORD', 'READ_HOSTS'])(
    'cannot be given by a manifest that has a database: DATABASE_%s',
    (name) => {
      const message = `DATABASE_${name} is set by Pilotage, which tells the pilot of its database`;
      expect(said(`${ECS}database: {}\nconfig: {values: {DATABASE_${name}: a}}\n`)).toContain(
        `MANIFEST_MISFIT config.values.DATABASE_${name}: ${message}`,
      );
      expect(said(`${ECS}database: {}\nsecrets: {DATABASE_${name}: secret:a}\n`)).toEqual([
        `MANIFEST_MISFIT secrets.DATABASE_${name}: ${message}`,
      ]);
    },
  );

  it('are other ones of a database elsewhere', () => {
    const elsewhere = `${ECS}database: {url: "secret:db"}\n`;
    expect(said(`${elsewhere}config: {values: {DATABASE_HOST: db.example.com}}\n`)).toEqual([]);
    expect(said(`${elsewhere}secrets: {DATABASE_URL: secret:a}\n`)).toHaveLength(1);
    expect(said(`${ECS}database: {}\nsecrets: {DATABASE_URL: secret:a}\n`)).toEqual([]);
  });

  it('are nobody’s where there is no database', () => {
    expect(
      said(`${ECS}config: {values: {DATABASE_HOST: db.example.com}}\nsecrets: {DATABASE_PASSWORD: secret:a}\n`),
    ).toEqual([]);
  });

  it('do not stand in the way of a file, which holds no variables', () => {
    const file = 'config: {file: settings.json, values: {DATABASE_HOST: a}}\n';
    expect(said(`${ECS}database: {}\n${file}`)).toEqual([]);
    expect(said(`${ECS}database: {}\n${file}secrets: {DATABASE_HOST: secret:a}\n`)).toHaveLength(1);
  });

  it('cannot be given as option settings either', () => {
    const option = (name: string) => `aws:elasticbeanstalk:application:${name}`;
    const pair = (name: string) => `${BEANSTALK}, options: {"${option(name)}": a}}\ndatabase: {}\n`;
    expect(said(pair('environment:DATABASE_HOST'))).toEqual([
      expect.stringMatching(/^MANIFEST_MISFIT beanstalk\.options\S+: DATABASE_HOST is set by Pilotage/),
    ]);
    expect(said(pair('environmentsecrets:DATABASE_HOST'))).toHaveLength(1);
    expect(said(pair('environment:DATABASE_POOL'))).toEqual([]);
  });

  it('are also those that tell a function where a secret lies', () => {
    expect(said(`${LAMBDA}database: {}\nconfig: {values: {DATABASE_PASSWORD_FROM: a}}\n`)).toHaveLength(1);
    expect(said(`${ECS}database: {}\nconfig: {values: {DATABASE_PASSWORD_FROM: a}}\n`)).toEqual([]);
  });
});

describe('what RDS would refuse', () => {
  it.each([
    ['engine: mysql, version: "8"', 'database.version', /two numbers/],
    ['engine: mariadb, version: "11"', 'database.version', /two numbers/],
    ['user: admin', 'database.user', /kept for RDS/],
    ['engine: mysql, user: rdsadmin', 'database.user', /kept for RDS/],
    [`engine: mysql, user: ${'a'.repeat(17)}`, 'database.user', /17 characters/],
    ['replicas: 1', 'database.replicas', /no read replica/],
    ['storage: 100, maxStorage: 105', 'database.maxStorage', /10 %/],
    ['storage: 100, maxStorage: 90', 'database.maxStorage', /less than/],
  ])('is refused before: {%s}', (section, path, message) => {
    const [only, ...more] = said(`${ECS}database: {${section}}\n`);
    expect(only).toMatch(new RegExp(`^MANIFEST_MISFIT ${path}: `));
    expect(only).toMatch(message);
    expect(more).toEqual([]);
  });

  it.each([
    'engine: postgres, version: "17"',
    'version: "17.10"',
    'engine: mysql, version: "8.4", user: admin',
    `user: ${'a'.repeat(17)}`,
    'replicas: 1, password: "secret:db"',
    'storage: 100, maxStorage: 110',
    'storage: 100, maxStorage: 100',
  ])('is not what it takes: {%s}', (section) => {
    expect(said(`${ECS}database: {${section}}\n`)).toEqual([]);
  });
});

describe('backups', () => {
  const at = (when: string) => said(`${ECS}database: {}\nbackups: {at: "${when}"}\n`);

  it.each(['rate(1 minute)', 'rate(59 minutes)', 'cron(* * * * ? *)', 'cron(0/15 3 * * ? *)', 'cron(0,30 3 * * ? *)'])(
    'are not made more often than every hour: %s',
    (when) => {
      expect(at(when)).toEqual([`MANIFEST_MISFIT backups.at: ${when} is more often than every hour`]);
    },
  );

  it.each(['rate(60 minutes)', 'rate(1 hour)', 'rate(1 day)', 'cron(30 * * * ? *)', 'cron(0 3,15 ? * MON-FRI *)'])(
    'are made by %s',
    (when) => expect(at(when)).toEqual([]),
  );
});
