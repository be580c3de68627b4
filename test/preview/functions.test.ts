import type { PilotPlan } from '../../shared/preview/plan.ts';
import { codes, planOf, resolve, SMALL } from './samples.ts';

const resources = ({ components }: PilotPlan, type: string) =>
  components.flatMap((component) => component.resources).filter((one) => one.type === `AWS::${type}`);
const uses = ({ components }: PilotPlan) => components.flatMap((component) => component.uses.map(({ price }) => price));

describe('the plan of a function', () => {
  it('has an HTTP API and CloudFront as soon as it has a domain', () => {
    const plan = planOf('lambda', 'domain: {name: shop.example.com}\n');
    expect(resources(plan, 'ApiGatewayV2::Api')[0]?.settings).toEqual({
      protocol: 'HTTP',
      'lets through': '100 requests a second',
    });
    expect(resources(plan, 'CloudFront::Distribution')).toHaveLength(1);
    expect(uses(plan)).toEqual(expect.arrayContaining(['apigw.http.million', 'cloudfront.gb']));
    expect(resources(planOf('lambda'), 'Lambda::Url')).toHaveLength(1);
  });

  it('has one target group behind its load balancer, inside where CloudFront reaches that', () => {
    const plan = planOf('lambda', 'lambda: {front: load-balancer}\n');
    expect(resources(plan, 'ElasticLoadBalancingV2::TargetGroup').map(({ name }) => name)).toEqual([
      expect.stringMatching(/^function-/),
    ]);
    expect(resources(plan, 'ElasticLoadBalancingV2::LoadBalancer')[0]?.settings.scheme).toBe('internal');
    expect(resources(plan, 'CloudFront::Distribution')).toHaveLength(1);
    expect(uses(plan)).toContain('alb.hour');
    const open = planOf('lambda', 'lambda: {front: load-balancer}\ndomain: {name: shop.example.com, cdn: false}\n');
    expect(resources(open, 'ElasticLoadBalancingV2::LoadBalancer')[0]?.settings.scheme).toBe('internet-facing');
    expect(uses(open)).toContain('ipv4.hour');
  });

  it('pays for the way out of its network', () => {
    const plan = planOf('lambda', 'network: {egress: nat-per-zone}\n');
    expect(resources(plan, 'EC2::NatGateway')[0]?.settings.count).toBe('2');
    expect(resources(plan, 'Lambda::Function')[0]?.settings.network).toBe('private subnets');
  });

  it('warns where what visitors come through goes before something else serves', () => {
    const through = (front: string) => `domain: {name: shop.example.com}\nlambda: {front: ${front}}\n`;
    const live = resolve(`${SMALL.lambda}${through('load-balancer')}`);
    expect(codes(planOf('lambda', through('http-api'), { live }).warnings)).toContain('FRONT_REPLACED');
    expect(codes(planOf('lambda', through('load-balancer'), { live }).warnings)).not.toContain('FRONT_REPLACED');
    // A URL goes when the release before has rested.
    const before = { live: resolve(SMALL.lambda) };
    expect(codes(planOf('lambda', through('http-api'), before).warnings)).not.toContain('FRONT_REPLACED');
  });
});
