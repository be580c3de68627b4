import type { TargetName } from '../../shared/manifest/sections/index.ts';
import { beanstalk, codes, planOf, resolve, SMALL } from './samples.ts';

type Case = [code: string, target: TargetName, has: string, has_not: string];

const cases: Case[] = [
  ['DATABASE_ONE_ZONE', 'ecs', 'database: {}\n', 'database: {multiAz: true}\n'],
  ['DATABASE_ONE_ZONE', 'ecs', 'database: {}\n', 'database: {url: "secret:db"}\n'],
  ['PASSWORD_ROTATES', 'ecs', 'database: {}\n', 'database: {password: "secret:db"}\n'],
  ['PASSWORD_ROTATES', 'lambda', 'database: {}\n', 'database: {url: "secret:db"}\n'],
  ['RUNS_ALONE', 'ecs', '', 'scaling: {min: 2}\n'],
  ['RUNS_ALONE', 'ec2', '', 'traffic: heavy\n'],
  ['SINGLE_INSTANCE', 'beanstalk', beanstalk(', loadBalancer: none'), ''],
  ['NAT_ONE_ZONE', 'ecs', '', 'network: {egress: nat-per-zone}\n'],
  ['NAT_ONE_ZONE', 'ecs', '', 'network: {egress: endpoints}\n'],
  ['ALL_MAY_BE_TAKEN', 'ecs', 'capacity: {base: 0, spot: 50}\n', 'capacity: {base: 1, spot: 50}\n'],
  [
    'PEAK_TOO_HIGH',
    'lambda',
    'traffic: heavy\nlambda: {concurrency: 50}\n',
    'traffic: heavy\nlambda: {concurrency: 100}\n',
  ],
  ['IMAGE_ARCHITECTURE', 'ec2', 'ec2: {instance: t3.medium}\n', 'ec2: {instance: c7gn.medium}\n'],
  ['TRAFFIC_ODD', 'ecs', 'traffic: {requests: 3, peak: 1}\n', 'traffic: {requests: 2, peak: 1}\n'],
  ['HEALTH_PATH_ROOT', 'ecs', '', 'health: {path: /health}\n'],
  ['NOT_WATCHED', 'ecs', '', 'rollout: {bake: 5m}\n'],
  ['WATCHED_TOO_SHORTLY', 'ecs', 'rollout: {bake: 2m}\n', 'rollout: {bake: 3m}\n'],
  [
    'MIGRATION_IRREVERSIBLE',
    'ecs',
    'database: {}\nmigrations: {command: [up]}\n',
    'database: {}\nmigrations: {command: [up], reversible: true}\n',
  ],
  [
    'MIGRATION_IRREVERSIBLE',
    'ecs',
    'database: {}\nmigrations: {command: [up]}\n',
    'database: {}\nmigrations: {command: [up], version: v2, reversible: [down]}\n',
  ],
  [
    'MIGRATION_WITHOUT_SNAPSHOT',
    'ecs',
    'database: {}\nmigrations: {command: [up], snapshot: false}\n',
    'database: {}\nmigrations: {command: [up]}\n',
  ],
  [
    'SNAPSHOT_IMPOSSIBLE',
    'ecs',
    'database: {url: "secret:db"}\nmigrations: {command: [up]}\n',
    'database: {url: "secret:db"}\nmigrations: {command: [up], snapshot: false}\n',
  ],
  ['LOGS_GONE_SOON', 'ecs', 'retention: {logs: 5}\n', 'retention: {logs: 7}\n'],
  ['QUOTA_NEARLY_USED', 'ecs', 'edge: {mode: managed-prefix-list}\n', ''],
  ['QUOTA_NEARLY_USED', 'ecs', 'edge: {mode: rules, service: CLOUDFRONT}\n', 'edge: {mode: rules}\n'],
  ['QUOTA_TOO_SMALL', 'ecs', 'edge: {mode: prefix-list, service: CLOUDFRONT}\n', 'edge: {mode: prefix-list}\n'],
  ['SPOT_UNUSED', 'ecs', 'capacity: {base: 2, spot: 50}\n', 'capacity: {base: 1, spot: 50}\n'],
  ['EDGE_SERVICE_UNUSED', 'ecs', 'edge: {service: CLOUDFRONT}\n', 'edge: {mode: rules, service: CLOUDFRONT}\n'],
  ['EDGE_SERVICE_UNUSED', 'ecs', 'edge: {service: GLOBALACCELERATOR}\n', 'edge: {mode: rules, service: AMAZON}\n'],
  [
    'EDGE_KEEPS_CLOUDFRONT_OUT',
    'ecs',
    'edge: {mode: rules, service: GLOBALACCELERATOR}\n',
    'edge: {mode: rules, service: AMAZON}\n',
  ],
  ['EDGE_WIDE', 'ecs', 'edge: {mode: rules, service: EC2}\n', 'edge: {mode: rules, service: CLOUDFRONT}\n'],
  ['EDGE_IN_PUBLIC', 'beanstalk', '', 'edge: {mode: managed-prefix-list}\n'],
  ['OVER_BUDGET', 'ecs', 'budget: {monthly: 5}\n', 'budget: {monthly: 5000}\n'],
  ['PRICE_UNKNOWN', 'ec2', 'ec2: {instance: c8g.large}\n', 'ec2: {instance: c7g.large}\n'],
  ['PRICE_UNKNOWN', 'ecs', 'database: {class: db.x2g.large}\n', 'database: {class: db.m7g.large}\n'],
  ['NO_DOMAIN', 'ecs', '', 'domain: {name: shop.example.com}\n'],
  ['NO_DOMAIN', 'lambda', '', 'lambda: {front: none}\n'],
];

describe('a warning', () => {
  it.each(['ecs', 'beanstalk'] as const)(
    'of AWS’s own list on %s sends nobody to vpc-origin, which lets in that list as well',
    (target) => {
      const [found] = planOf(target, 'edge: {mode: managed-prefix-list}\n').warnings.filter(
        ({ code }) => code === 'QUOTA_NEARLY_USED',
      );
      expect(found?.hint).toMatch(/^edge\.mode: rules needs only/);
    },
  );

  it.each(cases)('%s on %s appears and disappears: %j, %j', (code, target, has, hasNot) => {
    expect(codes(planOf(target, has).warnings)).toContain(code);
    expect(codes(planOf(target, hasNot).warnings)).not.toContain(code);
  });

  it.each(['DATABASE_ONE_ZONE', 'RUNS_ALONE', 'NAT_ONE_ZONE', 'ALL_MAY_BE_TAKEN', 'LOGS_GONE_SOON'])(
    '%s is for production alone',
    (code) => {
      const text = 'database: {}\ncapacity: {base: 0, spot: 50}\nretention: {logs: 5}\n';
      expect(codes(planOf('ecs', text).warnings)).toContain(code);
      expect(codes(planOf('ecs', text, { environment: 'staging' }).warnings)).not.toContain(code);
    },
  );

  it('COST_APPROXIMATE is for regions whose prices are not all known', () => {
    expect(codes(planOf('ecs', '', { region: 'af-south-1' }).warnings)).toContain('COST_APPROXIMATE');
    expect(codes(planOf('ecs').warnings)).not.toContain('COST_APPROXIMATE');
  });

  it('DATABASE_INTERRUPTED tells of a change that the database feels', () => {
    const live = resolve(`${SMALL.ecs}database: {class: db.t4g.micro}\n`);
    expect(codes(planOf('ecs', 'database: {class: db.t4g.small}\n', { live }).warnings)).toContain(
      'DATABASE_INTERRUPTED',
    );
    expect(codes(planOf('ecs', 'database: {class: db.t4g.micro}\n', { live }).warnings)).not.toContain(
      'DATABASE_INTERRUPTED',
    );
  });

  it('DATABASE_TO_RESTART tells of parameters that wait for a restart, and of its command', () => {
    const live = resolve(`${SMALL.ecs}database: {parameters: {max_connections: "100"}}\n`);
    const more = (connections: number) => `database: {parameters: {max_connections: "${connections}"}}\n`;
    expect(planOf('ecs', more(200), { live }).warnings).toContainEqual({
      code: 'DATABASE_TO_RESTART',
      message: expect.stringMatching(/^parameter max_connections of the database /),
      hint: expect.stringContaining('aws rds reboot-db-instance --db-instance-identifier acme-shop-production'),
    });
    expect(codes(planOf('ecs', more(100), { live }).warnings)).not.toContain('DATABASE_TO_RESTART');
    // A new one begins with them.
    expect(codes(planOf('ecs', more(200), { live: null }).warnings)).not.toContain('DATABASE_TO_RESTART');
  });

  it('is never given without a way out', () => {
    for (const { hint } of planOf('ecs', 'database: {}\n').warnings) expect(hint).toBeTruthy();
  });

  it('is none for the smallest static site', () => expect(planOf('static').warnings).toEqual([]));
});

describe('a budget’s gate', () => {
  it('stops a plan that costs more', () => {
    const made = planOf('ecs', 'budget: {monthly: 5, gate: stop}\n');
    expect([codes(made.refusals), codes(made.warnings)]).toEqual([
      ['OVER_BUDGET'],
      expect.not.arrayContaining(['OVER_BUDGET']),
    ]);
  });

  it('lets a plan pass that costs less', () => {
    expect(planOf('ecs', 'budget: {monthly: 5000, gate: stop}\n').refusals).toEqual([]);
  });
});
