import { isPreview } from '../../manifest/identifiers.ts';
import { type Warn, when } from './warning.ts';

/** What visitors come through, as far as a stack has it. */
const FRONTS = ['AWS::ApiGatewayV2::Api', 'AWS::ElasticLoadBalancingV2::LoadBalancer'];

/** How the pilot is reached. */
export const ADDRESS: readonly Warn[] = [
  ({ site: { manifest, environment }, target: { door } }) =>
    when(
      manifest.domain === undefined &&
        !isPreview(environment) &&
        door.cdn !== 'shared' &&
        manifest.lambda?.front !== 'none',
      'NO_DOMAIN',
      `no domain is given: the pilot is reached at ${door.cdn === 'own' ? 'a name of CloudFront’s, such as d111111abcdef8.cloudfront.net' : 'a name that AWS gives'}`,
      'a section domain gives it its own address',
    ),
  ({ changes }) =>
    when(
      changes.some(({ action, type }) => action === 'delete' && FRONTS.includes(type)),
      'FRONT_REPLACED',
      'what visitors come through is taken away before the release serves: in between they see errors',
      'deploy at a quiet time',
    ),
];
