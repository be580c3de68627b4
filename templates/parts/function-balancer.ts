import { nameIn, type Site } from '../../shared/preview/model.ts';
import type { Door } from '../../shared/preview/targets/target.ts';
import { type Part, ref } from '../template.ts';
import { balancerAlone } from './balancer.ts';
import type { Placed } from './network.ts';

/**
 * A load balancer that has a function called. Which version that is, the alias
 * says, which is the pointer: so the rule that leads to the alias may be in the template. The
 * alias is registered by whoever makes it.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function functionBalancerPart(site: Site, door: Door, placed: Placed): Part {
  const alone = balancerAlone(site, door, placed);
  return {
    ...alone,
    Resources: {
      ...alone.Resources,
      FunctionTargets: {
        Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
        Properties: {
          Name: nameIn(site, 'target-group', 'function'),
          TargetType: 'lambda',
          // Each look would be a call, which costs, and nobody else could be called instead.
          HealthCheckEnabled: false,
        },
      },
      FunctionRule: {
        Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
        Properties: {
          ListenerArn: ref('Listener'),
          Priority: 1,
          Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
          Actions: [{ Type: 'forward', TargetGroupArn: ref('FunctionTargets') }],
        },
      },
    },
    Outputs: {
      ...alone.Outputs,
      FunctionTargets: { Description: 'Target group of the function', Value: ref('FunctionTargets') },
    },
  };
}
