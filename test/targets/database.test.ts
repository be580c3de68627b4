import type { ResolvedFor } from '../../shared/manifest/complete.ts';
import { secretArns } from '../../shared/targets/beanstalk/variables.ts';
import { DATABASE_OUTPUTS, databaseSecrets, databaseVariables, keptDatabase } from '../../shared/targets/database.ts';
import { environmentScript } from '../../shared/targets/ec2/environment-script.ts';
import { variablesOf as ec2Variables } from '../../shared/targets/ec2/variables.ts';
import { stackOf } from '../../shared/targets/ecs/stack.ts';
import { taskDefinitionOf } from '../../shared/targets/ecs/task-definition.ts';
import { variablesOf as ecsVariables } from '../../shared/targets/ecs/variables.ts';
import { allVariables, variablesOf as lambdaVariables } from '../../shared/targets/lambda/variables.ts';
import type { Plan } from '../../shared/targets/target.ts';
import { beanstalk, resolve, SMALL } from '../preview/samples.ts';
import { templateIn } from '../templates/samples.ts';

const SECRET =
  'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-0123abcd-0123-4567-89ab-0123456789ab-a1b2c3';
const OUTPUTS = {
  DatabaseHost: 'acme-shop-production.abcdefghijkl.eu-central-1.rds.amazonaws.com',
  DatabasePort: '5432',
  DatabaseName: 'app',
  DatabaseUser: 'app',
  DatabaseSecret: SECRET,
  DatabaseId: 'acme-shop-production',
  DatabaseGuard: 'protected',
};
const TOLD = {
  DATABASE_ENGINE: 'postgres',
  DATABASE_HOST: OUTPUTS.DatabaseHost,
  DATABASE_PORT: '5432',
  DATABASE_NAME: 'app',
  DATABASE_USER: 'app',
  DATABASE_SECRET: SECRET,
};

const planOf = (target: string, detail: object, more: Record<string, string> = {}): Plan => ({
  target,
  pilot: 'acme-shop',
  environment: 'production',
  release: 'a'.repeat(20),
  url: '',
  summary: {},
  stack: { ...OUTPUTS, ...more },
  detail,
});

const MADE = 'database: {}\n';
const GIVEN = 'database: {password: "secret:db#word"}\n';
const ELSEWHERE = 'database: {url: "secret:db#url"}\n';

describe('what a plan keeps of a database', () => {
  it('is its engine and whose password it is, and the place of what the manifest names', () => {
    const kept = (text: string) => {
      const manifest = resolve(`${SMALL.ecs}${text}`);
      return { ...keptDatabase(manifest), ...databaseSecrets(manifest) };
    };
    expect(kept(MADE)).toEqual({ database: { engine: 'postgres', managed: true } });
    expect(kept(GIVEN)).toEqual({
      database: { engine: 'postgres', managed: false },
      DATABASE_PASSWORD: 'secret:db#word',
    });
    expect(kept(ELSEWHERE)).toEqual({ DATABASE_URL: 'secret:db#url' });
    expect(kept('')).toEqual({});
  });

  it('leaves room for what the stack tells', () => {
    const { Outputs = {} } = templateIn(`${SMALL.ecs}database: {replicas: 1, password: "secret:db"}\n`);
    const names = Object.keys(Outputs).filter((name) => name.startsWith('Database'));
    expect(names.sort()).toEqual([...Object.keys(OUTPUTS), 'DatabaseReadHosts'].sort());
    const long = `${'a'.repeat(63)}.abcdefghijkl.ap-southeast-2.rds.amazonaws.com`;
    const most = { ...OUTPUTS, DatabaseHost: long, DatabaseId: 'a'.repeat(63), DatabaseName: 'a'.repeat(63) };
    expect(JSON.stringify(most).length).toBeLessThanOrEqual(DATABASE_OUTPUTS);
  });
});

describe('what a release is told', () => {
  it('is what the stack told when it was prepared', () => {
    const database = { engine: 'postgres', managed: true } as const;
    expect(databaseVariables(planOf('ecs', {}), database)).toEqual(TOLD);
    const copies = { DatabaseReadHosts: 'one.example.com,two.example.com' };
    expect(databaseVariables(planOf('ecs', {}, copies), database)).toEqual({
      ...TOLD,
      DATABASE_READ_HOSTS: 'one.example.com,two.example.com',
    });
  });

  it('is nothing where there is no database, and a mistake where the stack tells nothing', () => {
    const plan = planOf('ecs', {});
    expect(databaseVariables(plan, undefined)).toEqual({});
    expect(() => databaseVariables({ ...plan, stack: {} }, { engine: 'mysql', managed: true })).toThrow('DatabaseHost');
  });
});

describe('a task', () => {
  const STACK = {
    Cluster: 'acme-shop-production',
    ExecutionRole: 'arn:aws:iam::123456789012:role/execution',
    TaskRole: 'arn:aws:iam::123456789012:role/task',
    Logs: '/pilots/acme-shop/production',
    Subnets: 'subnet-1',
    TargetsGroup: 'sg-1',
    Listener: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/acme/0a1b/2c3d',
    BlueTargets: 'arn:blue',
    GreenTargets: 'arn:green',
  };
  const container = (text: string) => {
    const manifest = resolve(`${SMALL.ecs}${text}`) as ResolvedFor<'ecs'>;
    const detail = { image: 'acme/shop@sha256:0', port: 80, cpu: 256, memory: 512, ...ecsVariables(manifest) };
    const plan = planOf('ecs', detail, STACK);
    return taskDefinitionOf(plan, stackOf(plan)).containerDefinitions[0];
  };

  it('has the variables, and the password by its place', () => {
    const { environment, secrets } =
      container(`${MADE}config: {values: {MODE: live}}\nsecrets: {SMTP: secret:smtp}\n`) ?? {};
    expect(Object.fromEntries((environment ?? []).map(({ name, value }) => [name, value]))).toEqual({
      ...TOLD,
      MODE: 'live',
    });
    expect(secrets).toEqual([
      { name: 'SMTP', valueFrom: expect.stringMatching(/:secret:pilots\/acme-shop\/production\/smtp$/) },
      { name: 'DATABASE_PASSWORD', valueFrom: `${SECRET}:password::` },
    ]);
  });

  it('has a password that is kept elsewhere, or an address', () => {
    const at = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:pilots/acme-shop/production/db';
    expect(container(GIVEN)?.secrets).toEqual([{ name: 'DATABASE_PASSWORD', valueFrom: `${at}:word::` }]);
    expect(container(ELSEWHERE)).toMatchObject({
      environment: [],
      secrets: [{ name: 'DATABASE_URL', valueFrom: `${at}:url::` }],
    });
  });
});

describe('an instance', () => {
  const script = (text: string) => {
    const manifest = resolve(`${SMALL.ec2}${text}`) as ResolvedFor<'ec2'>;
    return environmentScript(planOf('ec2', ec2Variables(manifest)), 'eu-central-1').split('\n');
  };

  it('writes the variables down, and reads the password before each start', () => {
    const lines = script(MADE);
    for (const [name, value] of Object.entries(TOLD))
      expect(lines).toContainEqual(
        expect.stringMatching(new RegExp(`^say ${name} '?${value.replace(/[.!]/g, '\\$&')}'?$`)),
      );
    const reading = lines.findIndex((line) => line.startsWith('value=') && line.includes(SECRET));
    expect(lines[reading]).toMatch(/\| field '?password'?\)$/);
    expect(lines[reading + 1]).toBe('say DATABASE_PASSWORD "$value"');
  });

  it('reads an address elsewhere', () => {
    const lines = script(ELSEWHERE);
    expect(lines).toContain('say DATABASE_URL "$value"');
    expect(lines.join('\n')).not.toContain('DATABASE_HOST');
  });
});

describe('a function', () => {
  const variables = (text: string) => {
    const manifest = resolve(`${SMALL.lambda}${text}`) as ResolvedFor<'lambda'>;
    const detail = { ...lambdaVariables(manifest, 'acme-shop', 'production'), ...keptDatabase(manifest) };
    return allVariables(planOf('lambda', detail));
  };

  it('is told where its password lies, which it reads itself', () => {
    expect(variables(MADE)).toEqual({ ...TOLD, DATABASE_PASSWORD_FROM: `secret:${SECRET}#password` });
    expect(variables(GIVEN)).toMatchObject({ DATABASE_PASSWORD_FROM: 'secret:pilots/acme-shop/production/db#word' });
    expect(variables(ELSEWHERE)).toEqual({ DATABASE_URL_FROM: 'secret:pilots/acme-shop/production/db#url' });
  });
});

describe('an environment of Elastic Beanstalk', () => {
  const platform =
    'arn:aws:elasticbeanstalk:eu-central-1::platform/Node.js 24 running on 64bit Amazon Linux 2023/6.7.0';
  const stack = { operationsRole: 'arn:aws:iam::123456789012:role/acme' } as never;

  it('gets the password by the place in the secret that RDS made', () => {
    const detail = { platform, secrets: {}, ...keptDatabase(resolve(`${SMALL.beanstalk}${beanstalk()}${MADE}`)) };
    expect(secretArns(planOf('beanstalk', detail), stack)).toEqual({ DATABASE_PASSWORD: `${SECRET}:password` });
  });

  it('gets one that is kept elsewhere as any secret', () => {
    const detail = {
      platform,
      secrets: { DATABASE_PASSWORD: 'arn:db:word' },
      ...keptDatabase(resolve(`${SMALL.beanstalk}${beanstalk()}${GIVEN}`)),
    };
    expect(secretArns(planOf('beanstalk', detail), stack)).toEqual({ DATABASE_PASSWORD: 'arn:db:word' });
  });
});

it('no secret is among what a template tells', () => {
  for (const text of [MADE, GIVEN, ELSEWHERE]) {
    const { Outputs = {} } = templateIn(`${SMALL.ecs}${text}`);
    expect(JSON.stringify(Outputs)).not.toContain('resolve:');
  }
});
