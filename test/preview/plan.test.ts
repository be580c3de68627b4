import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costAt } from '../../shared/cost/cost.ts';
import { TARGETS } from '../../shared/manifest/sections/index.ts';
import type { PilotPlan } from '../../shared/preview/plan.ts';
import { planFor } from '../../shared/preview/plan.ts';
import { FULL, STATIC } from '../manifest/samples.ts';
import { beanstalk, plan, planOf, resolve } from './samples.ts';

const examples = readdirSync(join(__dirname, '../../examples'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.yaml$/.test(file))
  .map((file) => [`examples/${file}`, () => fromExample(file)] as const);

function fromExample(file: string): PilotPlan {
  return plan(readFileSync(join(__dirname, '../../examples', file), 'utf8'));
}

const all: (readonly [string, () => PilotPlan])[] = [
  ...TARGETS.map((target) => [target, () => planOf(target)] as const),
  ['every key of a static site', () => plan(STATIC)],
  ['every section', () => plan(FULL)],
  ['every section in staging', () => plan(FULL, { environment: 'staging' })],
  ...examples,
];

describe('a sentence of a plan', () => {
  const kept = 'retention: {releases: 1, days: 1, logs: 1}\n';
  const texts = (target: 'ecs' | 'ec2' | 'beanstalk', more: string) =>
    JSON.stringify(planOf(target, `${kept}backups: {days: 1, at: rate(1 day)}\ndatabase: {}\n${more}`));

  it.each(['ecs', 'ec2', 'beanstalk'] as const)('of %s counts one as one', (target) => {
    expect(texts(target, 'traffic: {requests: 1, peak: 1, kilobytes: 1}\n')).not.toMatch(
      /\b1 (?:days|hours|requests|snapshots|alarms)\b/,
    );
  });

  it.each(['ec2', 'beanstalk'] as const)(
    'of %s, which is more than one thing, has a verb that goes with it',
    (target) => {
      const mount = target === 'ec2' ? 'ec2: {mount: /data}\nconfig: {file: settings.json, values: {a: 1}}\n' : '';
      expect(texts(target, `${mount}secrets: {KEY: "secret:key"}\n`)).not.toMatch(
        /(?:instances|environments) (?:is|has|gets|sees|mounts|starts|runs)\b/,
      );
    },
  );
});

describe.each(all)('a plan of %s', (_, make) => {
  const made = make();

  it('says of each part what it is for and how it fits', () => {
    for (const one of made.components) expect([one.function, one.fits].every(Boolean)).toBe(true);
    const names = made.components.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('names each resource once', () => {
    const keys = made.components.flatMap(({ resources }) => resources.map(({ type, name }) => `${type} ${name}`));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => /^AWS::\w+::\w+ \S/.test(key))).toBe(true);
  });

  it('costs what its parts cost together', () => {
    const { cost } = made;
    const sum = (of: 'fixed' | 'perMillion') => cost.components.reduce((total, one) => total + one[of], 0);
    expect(cost.fixed).toBeCloseTo(sum('fixed'), 6);
    expect(cost.perMillion).toBeCloseTo(sum('perMillion'), 6);
    expect(cost.months[0]).toMatchObject({ fixed: cost.fixed, perMillion: cost.perMillion, load: made.load });
    for (const month of cost.months) expect(month.total).toBe(costAt(month, month.load.requests));
  });

  it('estimates its own, normal and heavy traffic', () => {
    const loads = made.cost.months.map(({ load }) => load.name);
    expect(loads).toEqual([made.load.name, ...['normal', 'heavy'].filter((name) => name !== made.load.name)]);
  });

  it('says what the rollout does and what is kept, and is plain JSON', () => {
    expect(made.rollout.length).toBeGreaterThan(2);
    expect(made.kept.length).toBeGreaterThan(1);
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  });
});

describe('a plan', () => {
  it('needs more where the traffic is heavy', () => {
    for (const target of TARGETS) {
      const [normal, heavy] = planOf(target).cost.months;
      expect(heavy?.total).toBeGreaterThan(10 * (normal?.perMillion ?? 0));
    }
    const [normal, heavy] = planOf('ecs').cost.months;
    expect(heavy?.fixed).toBeGreaterThan(normal?.fixed ?? 0);
  });

  it('is for the manifest’s own region and account before any other', () => {
    const made = plan(FULL, { region: 'us-west-2', account: '111111111111' });
    expect(made).toMatchObject({ region: 'eu-central-1', account: '012345678901' });
    expect(planOf('ecs', '', { region: 'us-west-2' })).toMatchObject({ region: 'us-west-2' });
  });

  it('says when it assumes the region', () => {
    const made = planFor(resolve(STATIC), { environment: 'production' });
    expect(made).toMatchObject({ region: 'us-east-1', isAssumed: true });
    expect(planOf('static').isAssumed).toBeUndefined();
  });

  it('leads from the visitor inward', () => {
    const names = planOf('ecs', 'database: {}\ndomain: {name: shop.example.com}\n').components.map(({ name }) => name);
    expect(names).toEqual(['domain', 'CDN', 'load balancer', 'service', 'database', 'network', 'logs', 'alarms']);
  });

  it('keeps a component apart from Pilotage’s own names', () => {
    const made = planOf('ecs', 'components: {blue: {about: Paints., command: [paint]}}\n');
    const services = made.components.flatMap(({ resources }) =>
      resources.filter(({ type }) => type === 'AWS::ECS::Service').map(({ name }) => name),
    );
    expect(new Set(services).size).toBe(3);
  });

  it('opens the load balancer to nobody where CloudFront reaches it inside', () => {
    const scheme = (more: string) =>
      planOf('ecs', more)
        .components.flatMap(({ resources }) => resources)
        .find(({ type }) => type.endsWith('::LoadBalancer'))?.settings.scheme;
    expect(scheme('')).toBe('internal');
    expect(scheme('edge: {mode: rules}\n')).toBe('internet-facing');
    expect(scheme('domain: {name: shop.example.com, cdn: false}\n')).toBe('internet-facing');
  });

  it('pays for a way out of the network only where something private runs', () => {
    const gateways = (made: PilotPlan) =>
      made.components.flatMap(({ resources }) => resources).filter(({ type }) => type === 'AWS::EC2::NatGateway')
        .length;
    expect(gateways(planOf('ecs'))).toBe(1);
    expect(gateways(planOf('ecs', 'network: {egress: endpoints}\n'))).toBe(0);
    expect(gateways(planOf('ecs', 'network: {vpc: shared}\n'))).toBe(0);
    expect(gateways(planOf('beanstalk', beanstalk(', loadBalancer: none')))).toBe(0);
    expect(gateways(planOf('lambda', 'lambda: {front: load-balancer}\n'))).toBe(0);
    expect(gateways(planOf('lambda', 'database: {}\n'))).toBe(1);
  });

  it('says where a secret lies', () => {
    expect(JSON.stringify(plan(FULL))).toContain('secret:smtp#password');
  });
});
